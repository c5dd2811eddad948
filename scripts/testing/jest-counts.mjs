// @ts-check
import { writeFileSync } from 'node:fs';

/** @typedef {Record<string, { passed: number, failed: number }>} Counts */

/** A reporter: how many tests of each project passed and failed, as JSON in the file TENANTCACHE_TEST_COUNTS. */
export default class JestCounts {
  /** @type {Counts} */
  #counts = {};

  /**
   * @param {{ context: { config: { displayName?: { name: string } } } }} test
   * @param {{ numPassingTests: number, numFailingTests: number, numPendingTests: number, testExecError?: unknown }} result
   */
  onTestResult(test, result) {
    const project = test.context.config.displayName?.name ?? 'jest';
    const { passed, failed } = this.#counts[project] ?? { passed: 0, failed: 0 };
    // A file that does not even load has no tests, and a skipped test guarantees nothing: both are failures.
    const broken = result.testExecError && result.numFailingTests === 0 ? 1 : 0;
    this.#counts[project] = {
      passed: passed + result.numPassingTests,
      failed: failed + result.numFailingTests + result.numPendingTests + broken,
    };
  }

  onRunComplete() {
    const file = process.env.TENANTCACHE_TEST_COUNTS;
    if (file) writeFileSync(file, JSON.stringify(this.#counts));
  }
}
