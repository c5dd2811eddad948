import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { filesIn, PROMETHEUS, ROOT, textOf } from './deployed-files.js';
import { FAMILIES, familiesIn } from './families.js';
import { complaints, promtool, testChangedRules, testRules } from './promtool.js';
import { allRules, type Rule, rulesIn } from './rule-file.js';

const rules = allRules();
const alerts = rules.filter(({ kind }) => kind === 'alert');
const namesOf = (some: Rule[]) => some.map(({ name }) => name).sort();

/** Of the rules, those with a case that wants something of them (or nothing) and complains. */
function complainedAbout(output: string, wantedNothing: boolean): string[] {
  const found = complaints(output).filter((complaint) => complaint.wantedNothing === wantedNothing);
  const about = ({ kind, name }: Rule) =>
    found.some(({ alert, expr }) =>
      kind === 'alert' ? alert === name : expr?.match(/[a-z_0-9]+:[a-z_0-9]+:[a-z_0-9]+/)?.[0] === name,
    );
  return namesOf(rules.filter(about));
}

describe('the rules of Prometheus', () => {
  it('are a configuration that Prometheus takes', () => {
    expect(promtool(['check', 'config', 'prometheus.yml'])).toMatchObject({ ok: true });
  });

  it('are all read here, too', () => {
    const { ok, output } = promtool([
      'check',
      'rules',
      ...filesIn(`${PROMETHEUS}/rules`, '.yml').map((f) => `rules/${f}`),
    ]);
    expect(ok).toBe(true);
    const counted = [...output.matchAll(/(\d+) rules found/g)].reduce((sum, [, count]) => sum + Number(count), 0);
    expect(rules).toHaveLength(counted);
    expect(new Set(namesOf(rules)).size).toBe(rules.length);
  });

  it('read a rule that is written otherwise as an error', () => {
    expect(() => rulesIn('x.yml', "      - record: a:b:c\n        expr: 'vector(1)'\n")).toThrow('another way');
    expect(() => rulesIn('x.yml', '      - { record: a:b:c, expr: vector(1) }\n')).toThrow('another way');
    expect(() => rulesIn('x.yml', '      - expr: vector(1)\n        record: a:b:c\n')).toThrow('another way');
  });

  it('do what their cases say', () => {
    const { ok, output } = testRules(PROMETHEUS);
    expect(ok ? '' : output).toBe('');
  }, 300_000);

  it('have each a case that fails where the rule never has a value', () => {
    expect(
      complainedAbout(
        testChangedRules(() => 'vector(0) > 1'),
        false,
      ),
    ).toEqual(namesOf(rules));
  }, 300_000);

  it('have each a case that fails where the rule always has a value', () => {
    const output = testChangedRules((expr) => `(${expr}) or on () vector(1)`);
    expect(complainedAbout(output, true)).toEqual(namesOf(rules));
  }, 300_000);

  it('ask for families that are exported', () => {
    for (const { name, expr } of rules)
      expect([name, familiesIn(expr).filter((family) => !FAMILIES.has(family))]).toEqual([name, []]);
  });

  it('ask for recorded series that are recorded', () => {
    const recorded = new Set(namesOf(rules));
    for (const { name, expr } of rules) {
      const asked = expr.match(/\b[a-z_]+:tenantcache_[a-z_0-9]+:[a-z0-9]+/g) ?? [];
      expect([name, asked.filter((series) => !recorded.has(series))]).toEqual([name, []]);
    }
  });

  it.each(alerts.map(({ name, body }) => [name, body]))(
    '%s says how bad it is, what is wrong and where to read on',
    (name, body) => {
      expect(body).toMatch(/^ {8}labels: \{ severity: (critical|warning|info) \}$/m);
      expect(body).toMatch(/^ {10}summary: ["'].{10,}["']$/m);
      expect(body).toMatch(/^ {10}description: ["'].{10,}["']$/m);
      const page = `docs/runbooks/${name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase()}.md`;
      expect(body).toContain(`          runbook_url: ${page}\n`);
      const text = textOf(ROOT, page);
      expect(text).toContain(`Alert \`${name}\`, severity ${/severity: (\w+)/.exec(body)?.[1]}.`);
      for (const heading of ['What it means', 'How to see', 'What to do', 'How to know it is over'])
        expect(text).toContain(`\n## ${heading}\n`);
    },
  );

  it('have runbooks that lead somewhere, and none without an alert', () => {
    const pages = filesIn(path.join(ROOT, 'docs/runbooks'), '.md').map((file) => textOf(ROOT, 'docs/runbooks', file));
    expect(pages.flatMap((text) => /^Alert `(\w+)`/m.exec(text)?.[1] ?? []).sort()).toEqual(namesOf(alerts));
    const links = pages.flatMap((text) => [...text.matchAll(/\]\(([^)#]+)/g)].map(([, link]) => link as string));
    expect(links.filter((link) => !existsSync(path.join(ROOT, 'docs/runbooks', link)))).toEqual([]);
  });

  it('are the ones that the documentation has', () => {
    const rows = [...textOf(ROOT, 'docs/features/monitoring.md').matchAll(/^\| `([A-Za-z0-9_:]+)` +\|/gm)];
    expect(rows.map(([, name]) => name).sort()).toEqual(namesOf(rules));
  });
});
