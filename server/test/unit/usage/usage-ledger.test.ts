import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { resourceOf, TenantCounters } from '../../../src/core/counters.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import type { UsagePart } from '../../../src/core/usage-part.js';
import type { KeptPart } from '../../../src/usage/kept-part.js';
import { UsageLedger } from '../../../src/usage/usage-ledger.js';

const tenant = tenantId('a');
const MIDNIGHT = Date.UTC(2026, 10, 21);
const BUCKET = 60_000;

function look(ledger: UsageLedger, counters: TenantCounters, nowMs: number, incarnation?: number): KeptPart[] {
  const parts: KeptPart[] = [];
  ledger.look(tenant, counters, nowMs, incarnation).addTo(parts, () => true);
  return parts;
}

function countersSince(sinceMs: number): TenantCounters {
  return Object.assign(new TenantCounters(), { sinceMs });
}

/** What a sink does: the greatest value per part. */
function merge(parts: readonly UsagePart[]) {
  const days = new Map<string, number>();
  const ofResource = new Map<string, number>();
  const buckets = new Map<number, number>();
  for (const part of parts) {
    days.set(part.date, Math.max(days.get(part.date) ?? 0, part.day.requests));
    buckets.set(part.bucketStartMs, Math.max(buckets.get(part.bucketStartMs) ?? 0, part.bucket.requests));
    const requests = part.resources.r?.requests ?? 0;
    ofResource.set(part.date, Math.max(ofResource.get(part.date) ?? 0, requests));
  }
  const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
  return {
    days,
    buckets,
    daySum: sum(days.values()),
    bucketSum: sum(buckets.values()),
    resourceSum: sum(ofResource.values()),
  };
}

describe('UsageLedger', () => {
  it('loses and doubles nothing, whenever it is asked, whatever its clock does and however often parts are sent', () => {
    const step = fc.record({ requests: fc.nat(1000), waitMs: fc.integer({ min: -2 * BUCKET, max: 30 * BUCKET }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.constantFrom(BUCKET, 7 * BUCKET), (steps, bucketMs) => {
        const counters = countersSince(MIDNIGHT - 10 * BUCKET);
        const ledger = new UsageLedger('epoch', bucketMs);
        const parts: UsagePart[] = [];
        let nowMs = MIDNIGHT - 10 * BUCKET;
        for (const { requests, waitMs } of steps) {
          counters.requests += requests;
          resourceOf(counters, 'r').requests += requests;
          parts.push(...look(ledger, counters, nowMs).map(({ part }) => part));
          nowMs += waitMs;
        }
        const { daySum, bucketSum, resourceSum } = merge([...parts, ...parts].reverse());
        expect([daySum, bucketSum, resourceSum]).toEqual(Array(3).fill(counters.requests));
        for (const { date, bucketStartMs } of parts) expect(new Date(bucketStartMs).toISOString()).toContain(date);
      }),
    );
  });

  it('counts what came before the first look in the bucket and the day in which the tenant came', () => {
    const counters = countersSince(MIDNIGHT - 10);
    counters.requests = 5;
    const { days, buckets } = merge(
      look(new UsageLedger('epoch', BUCKET), counters, MIDNIGHT + 3).map(({ part }) => part),
    );
    expect(Object.fromEntries(days)).toEqual({ '2026-11-20': 5 });
    expect(Object.fromEntries(buckets)).toEqual({ [MIDNIGHT - BUCKET]: 5 });
  });

  it('cuts at UTC midnight, also in the midst of a bucket', () => {
    const counters = countersSince(MIDNIGHT - 1);
    const ledger = new UsageLedger('epoch', 7 * BUCKET);
    counters.requests = 5;
    const before = look(ledger, counters, MIDNIGHT - 1);
    counters.requests = 7;
    const after = look(ledger, counters, MIDNIGHT);
    counters.requests = 10;
    const later = look(ledger, counters, MIDNIGHT + 1);
    const { days } = merge([...before, ...after, ...later].map(({ part }) => part));
    expect(Object.fromEntries(days)).toEqual({ '2026-11-20': 7, '2026-11-21': 3 });
  });

  it('does not put what comes after a quiet hour into the bucket before it', () => {
    const counters = countersSince(MIDNIGHT);
    const ledger = new UsageLedger('epoch', BUCKET);
    counters.requests = 1;
    for (let second = 0; second <= 3_600; second++) look(ledger, counters, MIDNIGHT + second * 1_000);
    counters.requests = 3;
    const parts = look(ledger, counters, MIDNIGHT + 3_601_000).map(({ part }) => part);
    expect(merge(parts).buckets.get(MIDNIGHT + 3_600_000)).toBe(2);
  });

  it('makes no new part of a tenant of whom nothing was counted', () => {
    const counters = countersSince(MIDNIGHT);
    const ledger = new UsageLedger('epoch', BUCKET);
    expect(look(ledger, counters, MIDNIGHT)).toEqual([]);
    counters.requests = 1;
    const [part] = look(ledger, counters, MIDNIGHT + 1);
    expect(look(ledger, counters, MIDNIGHT + 2)[0]).toBe(part);
    expect(look(ledger, counters, MIDNIGHT + BUCKET)[0]).toBe(part);
  });

  it('keeps the part of an ended bucket until it is merged, or in the journal for another bucket', () => {
    const counters = countersSince(MIDNIGHT);
    const ledger = new UsageLedger('epoch', BUCKET);
    counters.requests = 1;
    look(ledger, counters, MIDNIGHT);
    counters.requests = 2;
    look(ledger, counters, MIDNIGHT + BUCKET + 1);
    counters.requests = 3;
    const [first, second] = look(ledger, counters, MIDNIGHT + BUCKET + 2, 7) as [KeptPart, KeptPart];
    expect(second.part.bucketStartMs).toBe(MIDNIGHT + BUCKET);
    look(ledger, counters, MIDNIGHT + 9 * BUCKET, 7);
    expect(look(ledger, counters, MIDNIGHT + 9 * BUCKET, 7)).toContain(first);
    first.journalledIn = 7;
    // In another incarnation it is lost.
    expect(look(ledger, counters, MIDNIGHT + 9 * BUCKET, 8)).toContain(first);
    expect(look(ledger, counters, MIDNIGHT + 9 * BUCKET, 7)).not.toContain(first);
    // The last of its day has the day's sums, so it is kept for an hour.
    second.journalledIn = 7;
    expect(look(ledger, counters, MIDNIGHT + 9 * BUCKET, 7)).toContain(second);
    expect(look(ledger, counters, MIDNIGHT + 70 * BUCKET, 7)).toEqual([]);
    expect(ledger.endedParts).toBe(0);
  });

  it('drops samples, and no sum of a day, where the sink and the journal are away for too long', () => {
    const counters = countersSince(MIDNIGHT);
    const ledger = new UsageLedger('epoch', BUCKET, 10);
    for (let bucket = 0; bucket < 3 * 1_440; bucket++) {
      counters.requests++;
      look(ledger, counters, MIDNIGHT + bucket * BUCKET);
    }
    const parts = look(ledger, counters, MIDNIGHT + 3 * 1_440 * BUCKET);
    expect(merge(parts.map(({ part }) => part)).daySum).toBe(counters.requests);
    expect(ledger.endedParts).toBeLessThanOrEqual(10);
  });

  it('names the parts of a tenant that left and came back anew', () => {
    const ledger = new UsageLedger('epoch', BUCKET);
    const epochs = [1, 2, 3].map((requests) => {
      const counters = countersSince(MIDNIGHT);
      counters.requests = requests;
      const [kept] = look(ledger, counters, MIDNIGHT);
      ledger.forget(tenant);
      return kept?.part.processEpoch;
    });
    expect(new Set(epochs).size).toBe(3);
    expect(ledger.size).toBe(0);
  });
});
