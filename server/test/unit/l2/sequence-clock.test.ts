import assert from 'node:assert/strict';
import { describe, it } from '@jest/globals';
import { SequenceClock } from '../../../src/l2/sequence-clock.js';

describe('SequenceClock', () => {
  it('only grows, whatever the clock does', () => {
    const clock = new SequenceClock();
    let last = 0;
    for (const nowMs of [1_800_000_000_000, 1_800_000_000_000, 1_700_000_000_000, 1_800_000_000_001]) {
      for (let n = 0; n < 400; n++) {
        const next = clock.next(nowMs);
        assert.ok(Number.isSafeInteger(next) && next > last);
        last = next;
      }
    }
  });

  it('stays within 48 bits, and comes back from a clock that was ahead', () => {
    const clock = new SequenceClock();
    clock.learn(9e15);
    assert.ok(clock.nowMs() < 2 ** 48 && clock.next(clock.nowMs()) < 2 ** 48);
    clock.learn(Date.now());
    assert.ok(clock.next(clock.nowMs()) <= (Date.now() + 2_000 - 1_735_689_600_000) * 256);
    clock.learn(-9e15);
    assert.ok(clock.nowMs() >= 0 && clock.next(clock.nowMs()) > 0);
  });

  it('follows the clock of the server', () => {
    const clock = new SequenceClock();
    for (const serverMs of [Date.now() + 3_600_000, Date.now() - 3_600_000]) {
      clock.learn(serverMs);
      assert.ok(Math.abs(clock.nowMs() - serverMs) < 1_000);
    }
  });
});
