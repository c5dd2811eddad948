import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

export interface SourcePattern {
  /** File below the folder, with the line. */
  readonly where: string;
  readonly pattern: RegExp;
}

/** Every regular expression that is written in a folder's TypeScript, and where one is made from a text that is not. */
export function patternsOf(folder: string): { literals: SourcePattern[]; made: string[] } {
  const literals: SourcePattern[] = [];
  const made: string[] = [];
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/.test(file) || file.endsWith('.gen.ts') || /(^|\/)(node_modules|test|\.next)\//.test(file)) continue;
    const source = ts.createSourceFile(
      file,
      readFileSync(path.join(folder, file), 'utf8'),
      ts.ScriptTarget.ES2023,
      true,
    );
    const visit = (node: ts.Node): void => {
      const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
      if (ts.isRegularExpressionLiteral(node)) {
        const end = node.text.lastIndexOf('/');
        literals.push({
          where: `${file}:${line}`,
          pattern: new RegExp(node.text.slice(1, end), node.text.slice(end + 1)),
        });
      } else if (
        (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
        node.expression.getText(source) === 'RegExp'
      ) {
        made.push(file);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return { literals, made };
}

const PUMPS = [
  ...[
    'a',
    'A',
    '0',
    'k',
    '_',
    '-',
    '.',
    ',',
    ';',
    ':',
    '=',
    '/',
    '\\',
    '"',
    "'",
    ' ',
    '\t',
    '\n',
    '\r\n',
    '*',
    '%',
    '@',
  ],
  ...[
    '~',
    '+',
    '(',
    '[',
    '{',
    '}',
    '<',
    '!',
    '\0',
    '\u200b',
    '\u00e9',
    '\u{1d4b6}',
    'a-',
    'a.',
    '0.',
    'a,',
    'a=',
    ', ',
  ],
  ...['; ', 'a ', ' a', '""', '"a",', '\\"', '{}', 'aA0', '%41', '1e', 'v1=', 't=', 'bytes=', 'localhost.', 'W/"a", '],
  ...['no-cache, ', 'max-age=1,', '2026-', '|', 'a|', '--', '.*', '\t ', ' \n'],
];
const STARTS = ['', 'a', '"', '/', '0', 'Bearer ', 'tenant:{'];
const ENDS = ['', '!', '\0', '\n', '"', 'a', '}'];

/** What quadratic and worse matchers choke on: one piece very often, and an end that makes all of it a mismatch. */
export function* evilTexts(length: number): Generator<string> {
  for (const shape of EVIL_SHAPES) yield evilText(shape, length);
}

export interface EvilShape {
  readonly start: string;
  readonly pump: string;
  readonly end: string;
}

export const EVIL_SHAPES: readonly EvilShape[] = PUMPS.flatMap((pump) =>
  STARTS.flatMap((start) => ENDS.map((end) => ({ start, pump, end }))),
);

const bodies = new Map<string, string>();

export function evilText({ start, pump, end }: EvilShape, length: number): string {
  const name = `${length} ${pump}`;
  const body = bodies.get(name) ?? pump.repeat(Math.ceil(length / pump.length)).slice(0, length);
  bodies.set(name, body);
  return start + body + end;
}
