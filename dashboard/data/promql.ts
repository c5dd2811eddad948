import { TENANT_ID_PATTERN } from './tenant-grammar';

export const METRIC_PREFIX = 'tenantcache_';

/** The label that tenants beyond the server's cap of labels share. */
export const SHARED_LABEL = 'other';

/** How old the present value of a gauge may be: a process that is gone this long has nothing to say about now. */
export const PRESENT_MS = 5 * 60_000;

/** The value of a label, quoted as PromQL wants it. Whatever is inside stays inside. */
export function quoted(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

/**
 * `{tenant="…"}` for one tenant.
 * @throws RangeError for an id off the grammar: it never reaches a query, escaped or not
 */
export function ofTenant(tenantId: string): string {
  return `{tenant=${quoted(checked(tenantId))}}`;
}

/** `{tenant=~"a|b"}`. The grammar has no character that means something in a regular expression. */
export function ofTenants(tenantIds: readonly string[]): string {
  return `{tenant=~${quoted(tenantIds.map(checked).join('|'))}}`;
}

/** A Prometheus duration, in whole seconds. */
export function seconds(ms: number): string {
  return `${Math.max(1, Math.round(ms / 1000))}s`;
}

/** How much a counter grew in each window, summed over processes; a restart does not count as a fall. */
export function increase(family: string, windowMs: number, { by = [], matcher = '' }: Selection = {}): string {
  const grouping = by.length === 0 ? '' : ` by (${by.join(', ')})`;
  return `sum${grouping} (increase(${METRIC_PREFIX}${family}${matcher}[${seconds(windowMs)}]))`;
}

/** A gauge that every process reports for itself, as it was at the end of the window: the greatest answer counts, once per tenant. */
export function gauge(family: string, windowMs: number, { by = [], matcher = '' }: Selection = {}): string {
  const last = `last_over_time(${METRIC_PREFIX}${family}${matcher}[${seconds(windowMs)}])`;
  const perTenant = `max by (tenant) (${last})`;
  return by.includes('tenant') ? perTenant : `sum (${perTenant})`;
}

/** Share of the reads that were hits, per tenant; no series where a tenant read nothing. */
export function hitRatio(windowMs: number, matcher: string): string {
  const hits = increase('hits_total', windowMs, { by: ['tenant'], matcher });
  const misses = increase('misses_total', windowMs, { by: ['tenant'], matcher });
  return `${hits} / (${hits} + ${misses})`;
}

/** Use as a share of the quota, per tenant. */
export function quotaShare(windowMs: number, matcher: string): string {
  const by = { by: ['tenant'], matcher };
  return `${gauge('quota_usage_bytes', windowMs, by)} / ${gauge('quota_limit_bytes', windowMs, by)}`;
}

/** The `count` greatest of a query's series, without those that are zero. */
export function most(count: number, query: string): string {
  return `topk(${count}, ${query} > 0)`;
}

/** Seconds below which `quantile` of the operations stayed, over all tenants: the histogram knows none. */
export function operationQuantile(quantile: number, operation: string, windowMs: number): string {
  const buckets = `${METRIC_PREFIX}operation_duration_seconds_bucket{operation=${quoted(operation)}}`;
  return `histogram_quantile(${quantile}, sum by (le) (increase(${buckets}[${seconds(windowMs)}])))`;
}

/** Several of these quantiles in one query, told apart by the label `percentile`. */
export function operationQuantiles(
  quantiles: Readonly<Record<string, number>>,
  operation: string,
  windowMs: number,
): string {
  return Object.entries(quantiles)
    .map(([name, quantile]) => {
      const series = operationQuantile(quantile, operation, windowMs);
      return `label_replace(${series}, "percentile", ${quoted(name)}, "", "")`;
    })
    .join(' or ');
}

/** Present where a process was scraped at least twice in the window: growth can be known there, even if it is none. */
export function scraped(windowMs: number): string {
  return `${scrapes(windowMs)} > 1`;
}

/** How often the longest-lived process was scraped in the window. */
export function scrapes(windowMs: number): string {
  return `max (count_over_time(${METRIC_PREFIX}info[${seconds(windowMs)}]))`;
}

interface Selection {
  readonly by?: readonly string[];
  readonly matcher?: string;
}

function checked(tenantId: string): string {
  if (!TENANT_ID_PATTERN.test(tenantId)) throw new RangeError('Not a tenant id');
  return tenantId;
}
