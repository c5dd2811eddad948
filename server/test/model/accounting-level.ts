import assert from 'node:assert/strict';
import { FALL_BACK_RATIO, type Limits, QUOTA_STATES, quotaState, WARNING_RATIO } from '../../src/core/quota.js';
import type { QuotaCrossing } from '../../src/core/store-outcomes.js';

const rank = (state: string) => QUOTA_STATES.indexOf(state as never);

function threshold(level: string, { quotaBytes, hardLimitBytes }: Limits): number {
  return [0, quotaBytes * WARNING_RATIO, quotaBytes, hardLimitBytes][rank(level)] as number;
}

/** What a tenant's crossings told so far must add up to the level that its use has. */
export class ToldLevel {
  /** Unknown where an answer that may have told of a crossing was lost. */
  #level: string | undefined = 'ok';

  forget(): void {
    this.#level = undefined;
  }

  restart(): void {
    this.#level = 'ok';
  }

  /** @param usedBytes by which the level was decided */
  hear(crossings: readonly QuotaCrossing[], usedBytes: number, limits: Limits): void {
    for (const crossing of crossings) {
      assert.notEqual(crossing.from, crossing.to, 'a crossing leads elsewhere');
      assert.equal(crossing.from, this.#level ?? crossing.from, 'a crossing was told twice, or not at all');
      this.#level = crossing.to;
      if (rank(crossing.to) > rank(crossing.from) || limits.enforcement === 'off') continue;
      const least = threshold(crossing.from, limits) * FALL_BACK_RATIO;
      assert.ok(crossing.usedBytes <= least, `left ${crossing.from} at ${crossing.usedBytes} bytes, above ${least}`);
    }
    if (this.#level === undefined) return;
    const state = quotaState(usedBytes, limits);
    assert.ok(rank(this.#level) >= rank(state), `told ${this.#level}, but the use is ${state}`);
    if (this.#level === state) return;
    assert.ok(
      usedBytes > threshold(this.#level, limits) * FALL_BACK_RATIO,
      `still told ${this.#level} of ${usedBytes} bytes`,
    );
  }
}
