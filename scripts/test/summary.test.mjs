import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { readJson } from '../start/private-json.mjs';
import { percentOf, readCoverage } from '../testing/coverage-gate.mjs';
import { countsOf } from '../testing/end-to-end.mjs';
import JestCounts from '../testing/jest-counts.mjs';
import { runCheck } from '../testing/run-check.mjs';
import { Tally } from '../testing/tally.mjs';
import { inTemporaryDirectory } from './in-temporary-directory.mjs';

/** @param {() => unknown} work @returns {Promise<string>} what it printed */
async function printed(work) {
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    await work();
    return write.mock.calls.map(([text]) => text).join('');
  } finally {
    write.mockRestore();
  }
}

describe('the summary', () => {
  it('closes with the sums alone on the last line', async () => {
    const tally = new Tally();
    tally.add({ kind: 'unit', passed: 40, failed: 1 });
    const text = await printed(async () => {
      await runCheck(tally, 'lint', async () => true);
      await runCheck(tally, 'types', async () => false);
      tally.print(1234);
    });
    expect(text.endsWith('\n41 passed, 2 failed\n')).toBe(true);
    expect(text).toMatch(/^types +0 passed +1 failed/m);
  });

  it('counts a test that was skipped or passed only when repeated as failed', () => {
    expect(countsOf({ expected: 5, unexpected: 1, flaky: 1, skipped: 2 })).toEqual({ passed: 5, failed: 4 });
    expect(countsOf(undefined)).toEqual({ passed: 0, failed: 0 });
  });

  it('counts jest’s tests by project, and a file that does not load as one failure', () =>
    inTemporaryDirectory((directory) => {
      const before = process.env.TENANTCACHE_TEST_COUNTS;
      process.env.TENANTCACHE_TEST_COUNTS = path.join(directory, 'counts.json');
      const reporter = new JestCounts();
      const test = { context: { config: { displayName: { name: 'unit' } } } };
      reporter.onTestResult(test, { numPassingTests: 3, numFailingTests: 1, numPendingTests: 1 });
      reporter.onTestResult(test, { numPassingTests: 0, numFailingTests: 0, numPendingTests: 0, testExecError: {} });
      reporter.onRunComplete();
      expect(readJson(process.env.TENANTCACHE_TEST_COUNTS)).toEqual({ unit: { passed: 3, failed: 3 } });
      if (before === undefined) delete process.env.TENANTCACHE_TEST_COUNTS;
      else process.env.TENANTCACHE_TEST_COUNTS = before;
    }));
});

describe('coverage', () => {
  it('is that of the code in server/src and prisma/src, without files that hold types alone', () =>
    inTemporaryDirectory(async (root) => {
      const summaryFile = path.join(root, 'coverage-summary.json');
      const files = {
        'server/src/a.ts': { total: 60, covered: 60 },
        'prisma/src/b.ts': { total: 40, covered: 30 },
        'server/src/never.ts': { total: 100, covered: 0 },
        'server/src/types.ts': { total: 800, covered: 0 },
        'server/example/src/c.ts': { total: 900, covered: 0 },
      };
      for (const directory of ['server/src', 'prisma/src']) mkdirSync(path.join(root, directory), { recursive: true });
      writeFileSync(path.join(root, 'server/src/never.ts'), 'export const one: number = 1;');
      writeFileSync(path.join(root, 'server/src/types.ts'), "import type { A } from './a.js';\nexport type B = A | 1;");
      const entries = Object.entries(files).map(([file, lines]) => [path.join(root, file), { lines }]);
      const total = { lines: { total: 1900, covered: 90 } };
      writeFileSync(summaryFile, JSON.stringify({ total, ...Object.fromEntries(entries) }));
      expect(percentOf(await readCoverage(summaryFile, root))).toBe(45);
    }));

  it('is 0 where nothing was measured', () => expect(percentOf([])).toBe(0));
});
