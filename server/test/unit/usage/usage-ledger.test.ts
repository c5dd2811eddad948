import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TenantCounters } from '../../../src/core/counters.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import type { UsagePart } from '../../../src/core/usage-part.js';
import { UsageLedger } from '../../../src/usage/usage-ledger.js';

const tenant = tenantId('a');
const MIDNIGHT = Date.UTC(2026, 10, 21);
const BUCKET = 60_000;

/** What a sink does: the greatest value per part. */
function merge(parts: readonly UsagePart[]) {
  const days = new Map<string, number>();
  const buckets = new Map<number, number>();
  for (const part of parts) {
    days.set(part.date, Math.max(days.get(part.date) ?? 0, part.day.requests));
    buckets.set(part.bucketStartMs, Math.max(buckets.get(part.bucketStartMs) ?? 0, part.bucket.requests));
  }
  const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
  return { days, buckets, daySum: sum(days.values()), bucketSum: sum(buckets.values()) };
}

describe('UsageLedger', () => {
  it('loses and doubles nothing, whenever it is asked and however often parts are sent', () => {
    const step = fc.record({ requests: fc.nat(1000), waitMs: fc.integer({ min: 0, max: 30 * BUCKET }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const counters = new TenantCounters();
        counters.sinceMs = MIDNIGHT - 10 * BUCKET;
        const ledger = new UsageLedger('epoch', BUCKET);
        const parts: UsagePart[] = [];
        let nowMs = MIDNIGHT - 10 * BUCKET;
        for (const { requests, waitMs } of steps) {
          counters.requests += requests;
          parts.push(...ledger.parts(tenant, counters, nowMs));
          nowMs += waitMs;
        }
        const { daySum, bucketSum } = merge([...parts, ...parts].reverse());
        expect(daySum).toBe(counters.requests);
        expect(bucketSum).toBe(counters.requests);
      }),
    );
  });

  it('counts what came before the first look in the bucket and the day in which the tenant came', () => {
    const counters = new TenantCounters();
    counters.sinceMs = MIDNIGHT - 10;
    counters.requests = 5;
    const ledger = new UsageLedger('epoch', BUCKET);
    const { days, buckets } = merge(ledger.parts(tenant, counters, MIDNIGHT + 3));
    expect(Object.fromEntries(days)).toEqual({ '2026-11-20': 5, '2026-11-21': 0 });
    expect(Object.fromEntries(buckets)).toEqual({ [MIDNIGHT - BUCKET]: 5, [MIDNIGHT]: 0 });
  });

  it('cuts at UTC midnight', () => {
    const counters = new TenantCounters();
    counters.sinceMs = MIDNIGHT - 1;
    const ledger = new UsageLedger('epoch', BUCKET);
    counters.requests = 5;
    const before = ledger.parts(tenant, counters, MIDNIGHT - 1);
    counters.requests = 7;
    const after = ledger.parts(tenant, counters, MIDNIGHT);
    counters.requests = 10;
    const later = ledger.parts(tenant, counters, MIDNIGHT + 1);
    const { days } = merge([...before, ...after, ...later]);
    expect(Object.fromEntries(days)).toEqual({ '2026-11-20': 7, '2026-11-21': 3 });
  });
});
