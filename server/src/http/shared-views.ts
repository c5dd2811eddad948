import { sharedKeyOf, sharedScope } from '../core/dataset.js';
import type { ListedEntry } from '../core/entries.js';
import { codeOf } from '../core/errors.js';
import type { SharedAccess, SharedAccessList, SharedMetrics, SharedUsage } from '../core/shared.js';
import type { AdminDataset } from '../core/shared-admin.js';
import { cursorText, positionOf } from './admin-entries-cursor.js';
import { withMilliseconds } from './milliseconds.js';

export async function datasetView(of: AdminDataset) {
  const { dataset, limits, rateLimit, keepAccessMs } = of.settings;
  const { quotaBytes, policy } = limits;
  const usage = await usageIfKnown(of);
  return {
    dataset,
    policy,
    quotaBytes,
    usedBytes: usage?.usedBytes ?? null,
    entries: usage?.entries ?? null,
    rateLimit: rateLimit ?? null,
    keepAccessMs,
    process: metricsView(of.platform.metrics()),
  };
}

/** Undefined where the shared store does not answer: the rest is worth showing without. */
async function usageIfKnown({ platform }: AdminDataset): Promise<SharedUsage | undefined> {
  try {
    return await platform.usage();
  } catch (error) {
    if (codeOf(error) === 'STORE_UNAVAILABLE') return undefined;
    throw error;
  }
}

function metricsView(metrics: SharedMetrics) {
  const { requests, l1Hits, l2Hits, misses, originCalls, originCallsSaved, loadErrors } = metrics;
  const { staleServed, evictions, limited } = metrics;
  const share = (count: number) => (requests === 0 ? null : count / requests);
  const rates = { hitRate: metrics.hitRate ?? null, l1HitRate: share(l1Hits), l2HitRate: share(l2Hits) };
  const origin = { originCalls, originCallsSaved, loadErrors, staleServed };
  return { requests, l1Hits, l2Hits, misses, ...rates, ...origin, evictions, limited };
}

interface Asked {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly page: number;
  readonly pageSize: number;
}

/** One page; `accessView` shows the rows. */
export function accessPage<V>(
  dataset: string,
  { fromMs, untilMs, page, pageSize }: Asked,
  found: SharedAccessList,
  view: (row: SharedAccess) => V,
) {
  const { items, reads, limited, total } = found;
  const span = { from: iso(fromMs), to: iso(untilMs) };
  return { dataset, ...span, items: items.map(view), reads, limited, total, page, pageSize };
}

/** To the tenant itself. */
export function ownAccessView({ group, kind, hourMs, reads, limited }: SharedAccess) {
  return { group, kind, hour: iso(hourMs), reads, limited };
}

export function accessView(row: SharedAccess) {
  return { tenantId: row.tenantId, ...ownAccessView(row) };
}

interface Browsed {
  readonly group?: string | undefined;
  readonly prefix?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** @throws RequestInvalidError for a cursor of another walk; TenantCacheError `STORE_UNAVAILABLE` */
export async function sharedEntryPage({ account, settings, browse }: AdminDataset, asked: Browsed) {
  const filter = scopeOf(asked);
  const position = asked.cursor === undefined ? undefined : positionOf(account, filter, asked.cursor);
  const { items, next, looked, unnamed, asOfMs } = await browse({ ...filter, cursor: position, count: asked.limit });
  return {
    dataset: settings.dataset,
    items: items.flatMap((entry) => entryView(entry, asOfMs)),
    next: next === undefined ? null : cursorText(account, filter, next),
    looked,
    unnamed,
    asOf: iso(asOfMs),
  };
}

function scopeOf({ group, prefix }: Browsed): { resource?: string; prefix?: string } {
  if (group !== undefined) return sharedScope(`{${group}}:`);
  return prefix === undefined ? {} : sharedScope(`{${prefix as `${string}:${string}`}`);
}

function entryView({ resource, key, sizeBytes, createdAtMs, freshUntilMs, expiresAtMs }: ListedEntry, nowMs: number) {
  const name = sharedKeyOf(`${resource}:${key}`);
  if (name === undefined) return [];
  const lives = { ageMs: Math.max(0, nowMs - createdAtMs), ttlMs: Math.max(0, expiresAtMs - nowMs) };
  const times = { createdAt: iso(createdAtMs), freshUntil: iso(freshUntilMs), expiresAt: iso(expiresAtMs) };
  return [{ ...name, sizeBytes, ...withMilliseconds(lives), ...times }];
}

/** The last moment that a date can be: lives may be a century long. */
const MAX_DATE_MS = Date.UTC(9999, 11, 31);

export function iso(ms: number): string {
  return new Date(Math.min(ms, MAX_DATE_MS)).toISOString();
}
