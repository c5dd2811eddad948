import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = (file: string) => fileURLToPath(new URL(`../../../${file}`, import.meta.url));
const CASES = 39;
const HERE = 'server/test/attack/';

/** A row has a number, an attack, what holds, and tests in code marks. */
const rows = readFileSync(root('docs/features/security.md'), 'utf8')
  .split('\n')
  .map((line) => /^\| (\d+) +\| (.+?) +\| (.+?) +\| (.+?) +\|$/.exec(line))
  .filter((match) => match !== null)
  .map(([, number, attack, holds, tests]) => ({
    number: Number(number),
    attack,
    holds,
    files: [...(tests ?? '').matchAll(/`([^`]+)`/g)].map(([, file]) => file as string),
  }));

describe('the table of attacks', () => {
  it('has each case once, in order', () => {
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: CASES }, (_, index) => index + 1));
  });

  it.each(rows)('$number: $attack: every test that it names is there', ({ number, files }) => {
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !existsSync(root(file)))).toEqual([]);
    const numbered = files
      .filter((file) => file.startsWith(HERE))
      .map((file) => Number.parseInt(file.slice(HERE.length), 10));
    expect(numbered.filter((each) => each !== number)).toEqual([]);
  });

  it('names every test of the attack tests in the row of its number', () => {
    const tests = readdirSync(root(HERE)).filter((file) => /^\d\d-.*\.test\.ts$/.test(file));
    const missing = tests.filter((file) => !rows[Number.parseInt(file, 10) - 1]?.files.includes(HERE + file));
    expect(missing).toEqual([]);
  });
});
