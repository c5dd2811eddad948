import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fail, RateLimitedError } from '../../../src/core/errors.js';
import { LocalRateCounter } from '../../../src/core/local-rate-counter.js';
import type { RateRequest, RateReservation, RateStore } from '../../../src/core/rate-limit.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { ReadLimit } from '../../../src/shared/rate-limit.js';

const WINDOW_MS = 1_000;
const acme = tenantId('acme');

/** Of a limit of two: more than it all at once, refused unasked, just as a window ends. */
const UNASKED_ACROSS_AN_END = [
  { laterMs: 0, reads: 1 },
  { laterMs: 1, reads: 1 },
  { laterMs: 999, reads: 3 },
  { laterMs: 999, reads: 1 },
  { laterMs: 100, reads: 1 },
  { laterMs: 999, reads: 1 },
  { laterMs: 0, reads: 1 },
].map((turn) => ({ process: 0, many: 1, ...turn }));

/** Processes that count by one store on one clock; the store can be away, and answers when the test says. */
class Fleet {
  nowMs = 5_000;
  away = false;
  questions = 0;
  /** Between what the store does and its answer. */
  onAnswer: (answer: RateReservation) => Promise<RateReservation> = async (answer) => answer;
  readonly processes: ReadLimit[];

  constructor(size: number, limit: number, maxTenants?: number) {
    const now = () => this.nowMs;
    const shared = new LocalRateCounter(WINDOW_MS, now, 20_000);
    const rates: RateStore = {
      counter: () => ({
        increment: () => Promise.reject(fail('STORE_UNAVAILABLE')),
        reserve: async (key: string, request: RateRequest) => {
          this.questions++;
          if (this.away) throw fail('STORE_UNAVAILABLE');
          return this.onAnswer(await shared.reserve(key, request));
        },
      }),
    };
    this.processes = Array.from(
      { length: size },
      () =>
        new ReadLimit({ dataset: 'market', limit, windowMs: WINDOW_MS, rates, now, ...(maxTenants && { maxTenants }) }),
    );
  }

  async read(process: number, reads = 1, tenant = acme): Promise<boolean> {
    try {
      await this.processes[process]?.take(tenant, reads);
      return true;
    } catch (error) {
      if (error instanceof RateLimitedError) return false;
      throw error;
    }
  }
}

describe('the limit of a tenant on a dataset', () => {
  it('lets as many pass over all processes as it says, however they come', async () => {
    const turn = fc.record({
      process: fc.nat(3),
      reads: fc.integer({ min: 1, max: 7 }),
      many: fc.integer({ min: 1, max: 40 }),
      laterMs: fc.constantFrom(0, 0, 1, 100, 999, 1_000),
    });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 300 }), fc.array(turn, { maxLength: 40 }), async (limit, turns) => {
        const fleet = new Fleet(4, limit);
        let endsAtMs = 0;
        let passed = 0;
        for (const { process, reads, many, laterMs } of turns) {
          fleet.nowMs += laterMs;
          const asked = fleet.questions;
          const answers = await Promise.all(Array.from({ length: many }, () => fleet.read(process, reads)));
          // The store's window begins with the first question after the one before: more than the limit at once is refused unasked.
          if (fleet.questions > asked && fleet.nowMs >= endsAtMs) {
            endsAtMs = fleet.nowMs + WINDOW_MS;
            passed = 0;
          }
          passed += answers.filter(Boolean).length * reads;
          expect(passed).toBeLessThanOrEqual(limit);
        }
      }),
      { numRuns: 300, examples: [[2, UNASKED_ACROSS_AN_END]] },
    );
  });

  it('lets all of it pass where every process goes on reading', async () => {
    const fleet = new Fleet(4, 1_000);
    let passed = 0;
    for (let n = 0; n < 1_500; n++) passed += Number(await fleet.read(n % 4));
    expect(passed).toBe(1_000);
  });

  it('asks seldom: about fifty times for a whole limit, and nobody once it is reached', async () => {
    const fleet = new Fleet(1, 6_000);
    for (let n = 0; n < 6_000; n++) expect(await fleet.read(0)).toBe(true);
    expect(fleet.questions).toBeLessThan(100);
    const asked = fleet.questions;
    for (let n = 0; n < 1_000; n++) expect(await fleet.read(0)).toBe(false);
    expect(fleet.questions).toBeLessThanOrEqual(asked + 1);
  });

  it('answers without a turn of the event loop while there is something reserved', async () => {
    const { processes } = new Fleet(1, 500);
    await processes[0]?.take(acme, 1);
    for (let n = 0; n < 9; n++) expect(processes[0]?.take(acme, 1)).toBeUndefined();
    expect(processes[0]?.take(acme, 1)).toBeInstanceOf(Promise);
  });

  it('asks once for a thousand reads that come at once, as long as the answer goes', async () => {
    const fleet = new Fleet(1, 100_000);
    await Promise.all(Array.from({ length: 1_000 }, () => fleet.read(0)));
    expect(fleet.questions).toBe(1);
  });

  it('keeps tenants apart', async () => {
    const fleet = new Fleet(1, 2);
    expect([await fleet.read(0), await fleet.read(0), await fleet.read(0)]).toEqual([true, true, false]);
    expect(await fleet.read(0, 1, tenantId('blue'))).toBe(true);
  });

  it('does not read in a new window what was reserved in the one before', async () => {
    const fleet = new Fleet(1, 100);
    expect(await fleet.read(0)).toBe(true);
    // The answer comes so late that its window is over; then the next one is asked for.
    fleet.onAnswer = async (answer) => {
      fleet.nowMs += WINDOW_MS;
      fleet.onAnswer = async (later) => later;
      return answer;
    };
    fleet.nowMs += WINDOW_MS;
    const asked = fleet.questions;
    expect(await fleet.read(0)).toBe(true);
    expect(fleet.questions).toBe(asked + 2);
  });

  it('refuses more at once than it allows in a window, and what is too much for what is left', async () => {
    const fleet = new Fleet(1, 10);
    expect([await fleet.read(0, 11), await fleet.read(0, 8), await fleet.read(0, 3)]).toEqual([false, true, false]);
    expect(await fleet.read(0, 2)).toBe(true);
  });

  it('says what was exceeded and when to come back', async () => {
    const fleet = new Fleet(1, 1);
    await fleet.read(0);
    fleet.nowMs += 250;
    const thrown = await (async () => fleet.processes[0]?.take(acme, 1))().catch((error: unknown) => error);
    expect(thrown).toMatchObject({
      code: 'RATE_LIMITED',
      status: 429,
      policy: 'shared-market',
      limit: 1,
      windowMs: WINDOW_MS,
      remaining: 0,
      retryAfterMs: 750,
    });
    fleet.nowMs += 750;
    expect(await fleet.read(0)).toBe(true);
  });

  it('is each process’s own while the store is away, and that of all again when it is back', async () => {
    const fleet = new Fleet(2, 10);
    fleet.away = true;
    const all = async () => {
      let passed = 0;
      for (let n = 0; n < 40; n++) passed += Number(await fleet.read(n % 2));
      return passed;
    };
    expect(await all()).toBe(20);
    fleet.away = false;
    fleet.nowMs += WINDOW_MS;
    expect(await all()).toBe(10);
  });

  it('holds the memory of ten thousand tenants, and more than its limit nobody reads for that', async () => {
    const fleet = new Fleet(1, 2);
    await fleet.read(0);
    for (let n = 0; n < 10_001; n++) await fleet.read(0, 1, tenantId(`t${n}`));
    expect([await fleet.read(0), await fleet.read(0)]).toEqual([true, false]);
  });

  it('is below it refused to nobody, where there are more tenants than it remembers', async () => {
    const fleet = new Fleet(2, 200, 10);
    const tenants = Array.from({ length: 25 }, (_, n) => tenantId(`t${n}`));
    for (let n = 0; n < 200; n++) {
      for (const tenant of tenants) expect([n, await fleet.read(0, 1, tenant)]).toEqual([n, true]);
    }
    for (const tenant of tenants) expect(await fleet.read(0, 1, tenant)).toBe(false);
  });

  it('makes room for tenants that come, once windows are over', async () => {
    const fleet = new Fleet(1, 1_000, 10);
    for (let n = 0; n < 10; n++) await fleet.read(0, 1, tenantId(`t${n}`));
    fleet.nowMs += WINDOW_MS;
    await fleet.read(0);
    const asked = fleet.questions;
    for (let n = 0; n < 19; n++) expect(await fleet.read(0)).toBe(true);
    expect(fleet.questions).toBe(asked);
  });
});
