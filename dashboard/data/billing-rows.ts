import 'server-only';
import type { Tx } from '@tenantcache/database';

/** ISO 4217, list one: the currencies whose minor unit is not a hundredth, as the API has them. */
const MINOR_DIGITS = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
] as const;
const codesOf = (digits: number) => MINOR_DIGITS.find(([of]) => of === digits)?.[1].split(' ') ?? [];

export interface BillRowsQuery {
  /** Closed periods that ended after `from` and not after `until`. */
  readonly from: Date;
  readonly until: Date;
  /** Also the periods under way. */
  readonly open: boolean;
  /** Part of a name or an id; empty for all. The sums are of all in any case. */
  readonly search: string;
  /** Only tenants whose ids come after this one, at most so many of them. */
  readonly after: string;
  readonly tenants: number;
  readonly sort: string;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly offset: number;
}

/** JSON of rows, of sums by currency, and what there is in all. */
export interface BillRows {
  readonly items: unknown;
  readonly sums: unknown;
  readonly matching: number;
  readonly tenants: number;
  readonly lastTenant: string | null;
  readonly firstEndMs: number | null;
}

/**
 * What each tenant was stated, and what the period under way comes to by formula 1 of docs/features/billing.md, with the
 * API's rounding: whole steps of 10^-6, a half up. Amounts leave as text, so that none becomes a float.
 */
export async function billRows(tx: Tx, query: BillRowsQuery): Promise<BillRows> {
  const { from, until, open, search, after, tenants, sort, order, limit, offset } = query;
  const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
  const [none, three, four] = [codesOf(0), codesOf(3), codesOf(4)];
  const [row] = await tx.$queryRaw<BillRows[]>`
    WITH span AS (
      SELECT ${from}::timestamptz AS after, ${until}::timestamptz AS last, clock_timestamp() AS now
    ), chosen AS (
      SELECT tenant_id FROM (
        SELECT tenant_id FROM tenants WHERE ${open}::boolean
        UNION
        SELECT s.tenant_id FROM tenant_cache_statements s, span WHERE s.period_end > span.after AND s.period_end <= span.last
      ) AS ids WHERE tenant_id > ${after} ORDER BY tenant_id LIMIT ${tenants}
    ), told AS (
      SELECT tenant_id, min(period_start) AS first_at, max(period_end) AS last_end, sum(requests) AS requests,
             sum(bytes_served) AS bytes_served, sum(before_requests) AS before_requests,
             sum(before_bytes_served) AS before_bytes_served
        FROM tenant_cache_statements JOIN chosen USING (tenant_id) WHERE ${open}::boolean GROUP BY tenant_id
    ), begun AS (
      SELECT t.tenant_id, p.name AS plan, p.currency, p.base_price, p.included_mb_hours, p.price_per_mb_hour,
             p.price_per_overage_mb_hour, p.included_requests, p.price_per_million_requests, p.included_gb_served,
             p.price_per_gb_served, q.quota_reset_at,
             -- A new tenant may have the id of one that is gone.
             GREATEST(told.last_end, LEAST(t.created_at, q.created_at)) AS started, told.first_at, span.now,
             COALESCE(told.requests, 0) AS told_requests, COALESCE(told.bytes_served, 0) AS told_bytes,
             told.before_requests, told.before_bytes_served
        FROM chosen JOIN tenants t USING (tenant_id) JOIN plans p ON p.name = t.plan
        LEFT JOIN tenant_cache_quotas q USING (tenant_id) LEFT JOIN told USING (tenant_id) CROSS JOIN span
       WHERE ${open}::boolean
    ), account AS (
      SELECT b.*, ends.ended, LEAST(b.now, ends.ended) AS until, COALESCE(b.first_at, b.started) AS counted_from,
             CASE WHEN b.currency = ANY(${none}::text[]) THEN 0 WHEN b.currency = ANY(${three}::text[]) THEN 3
                  WHEN b.currency = ANY(${four}::text[]) THEN 4 ELSE 2 END AS minor
        FROM begun b, LATERAL (SELECT CASE
          WHEN b.quota_reset_at > b.started THEN b.quota_reset_at
          ELSE (date_trunc('month', b.started AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC' END AS ended) ends
    ), counted AS (
      SELECT a.tenant_id, sum(m.requests) AS requests, sum(m.total_bytes_served) AS bytes_served
        FROM account a JOIN tenant_cache_metrics m ON m.tenant_id = a.tenant_id
         AND m.date >= (a.counted_from AT TIME ZONE 'UTC')::date
         AND m.date <= ((a.until - interval '1 millisecond') AT TIME ZONE 'UTC')::date
       GROUP BY a.tenant_id
    ), early AS (
      SELECT a.tenant_id, sum(s.requests) AS requests, sum(s.bytes_served) AS bytes_served
        FROM account a JOIN tenant_cache_samples s ON s.tenant_id = a.tenant_id
         AND s.bucket_start >= date_trunc('day', a.counted_from AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
         AND s.bucket_start < a.counted_from
         AND s.bucket_start + s.bucket_ms * interval '1 millisecond' <= a.counted_from
       WHERE a.before_requests IS NULL GROUP BY a.tenant_id
    ), metered AS (
      SELECT a.tenant_id, sum(floor((m.byte_ms - m.closed_byte_ms) * part.share)) AS byte_ms,
             sum(floor((m.overage_byte_ms - m.closed_overage_byte_ms) * part.share)) AS overage_byte_ms,
             max(CASE WHEN m.peak_bytes > m.closed_peak_bytes THEN m.peak_bytes ELSE m.seen_bytes END) AS peak_bytes
        FROM account a JOIN tenant_cache_meters m USING (tenant_id), LATERAL (
          SELECT CASE WHEN m.read_at <= a.until THEN 1::float8
            ELSE GREATEST(0, extract(epoch FROM a.until - GREATEST(m.since, m.closed_at)))::float8
                 / NULLIF(extract(epoch FROM m.read_at - GREATEST(m.since, m.closed_at)), 0)::float8 END AS share
        ) AS part WHERE part.share > 0 GROUP BY a.tenant_id
    ), used AS (
      SELECT a.*, COALESCE(m.peak_bytes, 0) AS peak_bytes,
             -- Beyond bigint the shortest text of the float is as near as an amount can tell.
             CASE WHEN m.byte_ms < 9e18 THEN m.byte_ms::bigint::numeric ELSE COALESCE(m.byte_ms, 0)::text::numeric END AS byte_ms,
             CASE WHEN m.overage_byte_ms < 9e18 THEN m.overage_byte_ms::bigint::numeric
                  ELSE COALESCE(m.overage_byte_ms, 0)::text::numeric END AS overage_byte_ms,
             GREATEST(0, COALESCE(c.requests, 0) - COALESCE(a.before_requests, e.requests, 0) - a.told_requests) AS requests,
             GREATEST(0, COALESCE(c.bytes_served, 0) - COALESCE(a.before_bytes_served, e.bytes_served, 0) - a.told_bytes) AS bytes_served
        FROM account a LEFT JOIN metered m USING (tenant_id) LEFT JOIN counted c USING (tenant_id)
        LEFT JOIN early e USING (tenant_id)
    ), measured AS (
      SELECT u.*, div(2 * byte_ms * 1000000 + 3774873600000, 7549747200000) / 1000000 AS mb_hours,
             div(2 * overage_byte_ms * 1000000 + 3774873600000, 7549747200000) / 1000000 AS overage_mb_hours,
             requests / 1000000 AS million,
             div(2 * bytes_served * 1000000 + 1073741824, 2147483648) / 1000000 AS gb FROM used u
    ), bill AS MATERIALIZED (
      SELECT tenant_id, started AS period_start, ended AS period_end, true AS open, plan, currency, mb_hours,
             overage_mb_hours, peak_bytes::numeric AS peak_bytes, requests, bytes_served,
             round(base_price, minor) + round(GREATEST(0, mb_hours - included_mb_hours) * price_per_mb_hour, minor)
             + round(overage_mb_hours * price_per_overage_mb_hour, minor)
             + round(GREATEST(0, million - included_requests::numeric / 1000000) * price_per_million_requests, minor)
             + round(GREATEST(0, gb - included_gb_served) * price_per_gb_served, minor) AS total FROM measured
      UNION ALL
      SELECT tenant_id, period_start, period_end, false, plan, currency,
             div(2 * CASE WHEN byte_ms < 9e18 THEN byte_ms::bigint::numeric ELSE byte_ms::text::numeric END * 1000000
                 + 3774873600000, 7549747200000) / 1000000,
             div(2 * CASE WHEN overage_byte_ms < 9e18 THEN overage_byte_ms::bigint::numeric
                 ELSE overage_byte_ms::text::numeric END * 1000000 + 3774873600000, 7549747200000) / 1000000,
             peak_bytes, requests, bytes_served, (s.bill ->> 'total')::numeric
        FROM tenant_cache_statements s JOIN chosen USING (tenant_id), span
       WHERE s.period_end > span.after AND s.period_end <= span.last
    ), matching AS (
      SELECT bill.*, COALESCE(t.name, bill.tenant_id) AS name, t.name IS NULL AS gone FROM bill
        LEFT JOIN tenants t USING (tenant_id)
       WHERE ${search} = '' OR bill.tenant_id ILIKE ${pattern} OR t.name ILIKE ${pattern}
    ), ranked AS (
      SELECT m.*, (CASE ${order} WHEN 'desc' THEN -1 ELSE 1 END) * (CASE ${sort} WHEN 'total' THEN total
          WHEN 'mbHours' THEN mb_hours WHEN 'overage' THEN overage_mb_hours WHEN 'peak' THEN peak_bytes
          WHEN 'requests' THEN requests WHEN 'served' THEN bytes_served END) AS rank FROM matching m
    ), page AS (
      SELECT row_number() OVER (ORDER BY rank NULLS LAST, CASE WHEN ${sort} = 'name' AND ${order} = 'asc' THEN name END,
          CASE WHEN ${sort} = 'name' AND ${order} = 'desc' THEN name END DESC, tenant_id, period_start) AS place, r.*
        FROM ranked r ORDER BY place LIMIT ${limit} OFFSET ${offset}
    )
    SELECT
      (SELECT COALESCE(jsonb_agg(jsonb_build_object('tenantId', tenant_id, 'name', name, 'gone', gone, 'open', open,
          'startMs', (extract(epoch FROM period_start) * 1000)::float8, 'endMs', (extract(epoch FROM period_end) * 1000)::float8,
          'plan', plan, 'currency', currency, 'total', total::text, 'mbHours', round(mb_hours, 6)::text,
          'overageMbHours', round(overage_mb_hours, 6)::text, 'peakBytes', peak_bytes, 'requests', requests,
          'bytesServed', bytes_served) ORDER BY place), '[]') FROM page) AS items,
      (SELECT COALESCE(jsonb_agg(sums), '[]') FROM (
          SELECT currency, sum(total)::text AS total, sum(total) FILTER (WHERE NOT open)::text AS "closedTotal",
                 count(*) FILTER (WHERE open) AS "open", count(*) FILTER (WHERE NOT open) AS closed,
                 round(sum(mb_hours), 6)::text AS "mbHours", round(sum(overage_mb_hours), 6)::text AS "overageMbHours",
                 sum(requests) AS requests, sum(bytes_served) AS "bytesServed"
            FROM bill GROUP BY currency ORDER BY sum(total) DESC NULLS LAST, currency) AS sums) AS sums,
      (SELECT count(*)::int FROM matching) AS matching, (SELECT count(*)::int FROM chosen) AS tenants,
      (SELECT max(tenant_id) FROM chosen) AS "lastTenant",
      (SELECT (extract(epoch FROM min(period_end)) * 1000)::float8 FROM tenant_cache_statements) AS "firstEndMs"`;
  if (!row) throw new Error('A query without FROM answers one row');
  return row;
}
