// @ts-check
import { say, seconds } from '../say.mjs';

/** @typedef {{ kind: string, passed: number, failed: number, durationMs?: number }} Row */

/** What passed and what failed, by kind. */
export class Tally {
  /** @type {Row[]} */
  #rows = [];

  /** @param {Row} row */
  add(row) {
    this.#rows.push(row);
  }

  get passed() {
    return this.#rows.reduce((sum, row) => sum + row.passed, 0);
  }

  get failed() {
    return this.#rows.reduce((sum, row) => sum + row.failed, 0);
  }

  /** @param {number} durationMs of the whole run */
  print(durationMs) {
    process.stdout.write('\n');
    for (const { kind, passed, failed, durationMs: own } of this.#rows) {
      const time = own === undefined ? '' : seconds(own).padStart(10);
      process.stdout.write(
        `${kind.padEnd(14)}${String(passed).padStart(6)} passed${String(failed).padStart(5)} failed${time}\n`,
      );
    }
    say('time', seconds(durationMs));
    process.stdout.write(`${this.passed} passed, ${this.failed} failed\n`);
  }
}
