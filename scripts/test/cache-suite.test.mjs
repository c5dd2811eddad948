import { describe, expect, it } from '@jest/globals';
import { REASONS } from '../cache-suite/reasons.mjs';
import { between, countsOf, pagePart, rowsOf } from '../cache-suite/table.mjs';

const SUITES = [
  {
    id: 'cc',
    tests: [
      { id: 'a' },
      { id: 'b', kind: 'optimal' },
      { id: 'c', kind: 'check' },
      { id: 'method-POST', kind: 'optimal' },
      { id: 'browser', browser_only: true },
    ],
  },
];
const RESULTS = { a: true, b: ['Assertion', 'not cached'], c: ['Assertion', 'x'], 'method-POST': ['Assertion', 'x'] };
const determine = (_suites, id, results) => ['', '', results[id] === true ? '✅' : '⚠️'];
const rows = rowsOf(SUITES, RESULTS, determine);

describe('the table of the cache tests', () => {
  it('has every test but those for browsers, in the suite’s own classes', () => {
    expect(rows.map(({ id, kind, passed }) => [id, kind, passed])).toEqual([
      ['a', 'required', true],
      ['b', 'optimal', false],
      ['c', 'check', false],
      ['method-POST', 'optimal', false],
    ]);
    expect(countsOf(rows).required).toEqual({ all: 1, passed: 1, withDependencies: 1 });
  });

  it('explains each test that did not pass, and says so where it cannot', () => {
    const part = pagePart(rows, '1.2.3');
    expect(part).toContain('version 1.2.3');
    expect(part).toContain(REASONS['method-POST']);
    expect(part).toMatch(/`b` +\| optimal +\| \*\*unexplained\*\*: not cached/);
    expect(part).toMatch(/\| cc +\| `c` +\| check +\| no +\|/);
  });

  it('replaces what stands between its marks, and nothing else', () => {
    const page = 'before\n\n<!-- results of npm run cache-suite -->\n\nold\n\n<!-- end of the results -->\n\nafter\n';
    const replaced = between(page, 'new');
    expect(replaced).toBe(page.replace('old', 'new'));
    expect(between(replaced, 'new')).toBe(replaced);
    expect(() => between('no marks', 'x')).toThrow('no <!--');
  });
});
