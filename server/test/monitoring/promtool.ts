import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { filesIn, PROMETHEUS, textOf } from './deployed-files.js';
import { withExpressions } from './rule-file.js';

/** Comes with Prometheus, in Debian's package as in the others. */
export function promtool(args: string[], cwd = PROMETHEUS): { ok: boolean; output: string } {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { cwd, encoding: 'utf8' });
  if (error) throw new Error(`promtool does not run (${error.message}); it comes with the package prometheus.`);
  return { ok: status === 0, output: stdout + stderr };
}

export const testRules = (directory: string): { ok: boolean; output: string } =>
  promtool(['test', 'rules', ...filesIn(`${PROMETHEUS}/tests`, '.yml')], path.join(directory, 'tests'));

/** What the cases say about rules whose expressions are all changed. */
export function testChangedRules(change: (expr: string) => string): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'tenantcache-rules-'));
  try {
    cpSync(PROMETHEUS, directory, { recursive: true });
    for (const file of filesIn(`${PROMETHEUS}/rules`, '.yml')) {
      const changed = withExpressions(file, textOf(PROMETHEUS, 'rules', file), change);
      writeFileSync(path.join(directory, 'rules', file), changed);
    }
    return testRules(directory).output;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What promtool says of rules in a file; JSON is YAML, too. */
export function inRuleFile(rules: { record: string; expr: string }[]): { ok: boolean; output: string } {
  const directory = mkdtempSync(path.join(tmpdir(), 'tenantcache-queries-'));
  try {
    writeFileSync(path.join(directory, 'queries.yml'), JSON.stringify({ groups: [{ name: 'queries', rules }] }));
    return promtool(['check', 'rules', 'queries.yml'], directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Complaint {
  alert?: string;
  expr?: string;
  /** Whether the case wanted nothing. */
  wantedNothing: boolean;
}

/** The cases that promtool found broken. */
export function complaints(output: string): Complaint[] {
  return [
    ...[...output.matchAll(/alertname: (\S+), time: .*\n\s*exp:\[(.*)/g)].map(([, alert, rest]) => ({
      alert,
      wantedNothing: rest?.startsWith(']') ?? false,
    })),
    ...[...output.matchAll(/expr: "(.*)", time: .*\n\s*exp:\s*(.*)/g)].map(([, expr, wanted]) => ({
      expr: expr?.replaceAll('\\"', '"'),
      wantedNothing: wanted === 'nil' || wanted === '',
    })),
  ] as Complaint[];
}
