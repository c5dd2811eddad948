import type { Response } from 'express';
import type { z } from 'zod';
import type { TenantRecord } from '../core/directory.js';
import { excessBytes, type Limits, quotaState } from '../core/quota.js';
import type { StoreUsage } from '../core/store-outcomes.js';
import type { TenantId } from '../core/tenant-id.js';
import type { UsageReader } from '../core/usage-reader.js';
import { milliseconds, withMilliseconds } from './milliseconds.js';
import type { daySpanQuery, sampleSpanQuery } from './usage-schemas.js';

/** What is asked of one tenant: by its path in the admin API, by its request in the tenant's own. */
interface Asked<Q> {
  readonly reader: UsageReader;
  readonly tenantId: TenantId;
  readonly query: Q;
  readonly res: Response;
}
type DaySpan = z.infer<typeof daySpanQuery>;

/** Use as of now, by the shared store. */
export function liveUsageView({ tenantId }: TenantRecord, { usedBytes, entries }: StoreUsage, limits: Limits) {
  const { quotaBytes, hardLimitBytes } = limits;
  return {
    tenantId,
    usedBytes,
    entries,
    quotaBytes,
    hardLimitBytes,
    excessBytes: excessBytes(usedBytes, limits),
    state: quotaState(usedBytes, limits),
    asOf: new Date().toISOString(),
  };
}

export async function answerDays({ reader, tenantId, query: span, res }: Asked<DaySpan>): Promise<void> {
  const items = await reader.days(tenantId, span);
  res.json({
    tenantId,
    from: span.fromDate,
    to: span.toDate,
    // JSON leaves out what is undefined; a day without requests has no rate, and says so.
    items: items.map((day) => ({
      ...withMilliseconds(day),
      hitRate: day.hitRate ?? null,
      meanResponseTimeMs: day.meanResponseTimeMs === undefined ? null : milliseconds(day.meanResponseTimeMs),
    })),
  });
}

export async function answerSamples({
  reader,
  tenantId,
  query: span,
  res,
}: Asked<z.infer<typeof sampleSpanQuery>>): Promise<void> {
  const items = await reader.samples(tenantId, span);
  res.json({
    tenantId,
    from: new Date(span.fromMs).toISOString(),
    to: new Date(span.toMs).toISOString(),
    stepMs: span.stepMs,
    items: items.map(({ startMs, ...sample }) => ({
      start: new Date(startMs).toISOString(),
      ...withMilliseconds(sample),
    })),
  });
}

export async function answerResources({ reader, tenantId, query: span, res }: Asked<DaySpan>): Promise<void> {
  const items = await reader.resources(tenantId, span);
  res.json({ tenantId, from: span.fromDate, to: span.toDate, items: items.map(withMilliseconds) });
}
