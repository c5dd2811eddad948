import { filesIn, PROMETHEUS, textOf } from './deployed-files.js';

export interface Rule {
  file: string;
  kind: 'record' | 'alert';
  name: string;
  expr: string;
  /** As written, from its name to the next rule. */
  body: string;
}

const RULE = /^ {6}- (record|alert): (\S+)$/m;
const ONE_LINE = /^ {8}expr: ([^|'"\n][^\n]*)$/m;
const BLOCK = /^ {8}expr: \|-\n((?: {10}.*\n)+)/m;

/** Reads rules as these files write them, and nothing else: a rule that is written otherwise is an error, not overlooked. */
export function rulesIn(file: string, text: string): Rule[] {
  const [, ...parts] = text.split(RULE);
  const rules: Rule[] = [];
  for (let index = 0; index < parts.length; index += 3) {
    const [kind, name, rest] = parts.slice(index, index + 3) as ['record' | 'alert', string, string];
    const body = rest.split(/^ {0,5}\S/m)[0] as string;
    const expr = ONE_LINE.exec(body)?.[1] ?? BLOCK.exec(body)?.[1];
    if (expr === undefined) throw new Error(`${file}: the expression of ${name} is written in another way.`);
    rules.push({ file, kind, name, expr: expr.trim(), body });
  }
  const written = text.match(/^\s*(-\s*\{?\s*)?(record|alert|expr):|, expr:/gm)?.length ?? 0;
  if (written !== 2 * rules.length) throw new Error(`${file} has rules that are written in another way.`);
  return rules;
}

export function allRules(): Rule[] {
  return filesIn(`${PROMETHEUS}/rules`, '.yml').flatMap((file) => rulesIn(file, textOf(PROMETHEUS, 'rules', file)));
}

/** The text of a rule file with each expression replaced. */
export function withExpressions(file: string, text: string, change: (expr: string) => string): string {
  let changed = text;
  for (const { body, expr } of rulesIn(file, text)) {
    const oneLine = `        expr: '${change(expr).replaceAll('\n', ' ').replaceAll(/ +/g, ' ').replaceAll("'", "''")}'\n`;
    const broken = body.replace(/^ {8}expr: (?:\|-\n(?: {10}.*\n)+|.*\n)/m, () => oneLine);
    changed = changed.replace(body, () => broken);
  }
  return changed;
}
