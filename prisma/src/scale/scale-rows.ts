import { COUNTED, COUNTER_COLUMNS, noise, SCALE_PLANS, SHAPE } from './shape.js';

/** Days younger than this are not folded yet: their sums rest on parts. */
export const OPEN_DAYS = 7;
const PROCESS = 'scale-seed';
const COUNTERS = COUNTER_COLUMNS.join(', ');

export const PLANS_SQL = `
  INSERT INTO plans (name, quota_mb)
  VALUES ${SCALE_PLANS.map(({ name, quotaMb }) => `('${name}', ${quotaMb})`).join(', ')} ON CONFLICT DO NOTHING`;

/** `$1` tenants, `$2` seed. They are of the month's beginning: what they did this month is what they are charged for. */
export const TENANTS_SQL = `
  INSERT INTO tenants (tenant_id, name, plan, created_at)
  SELECT tenant_id, name, plan, date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' FROM (${SHAPE}) AS shape
  ON CONFLICT DO NOTHING`;

export const QUOTAS_SQL = `
  INSERT INTO tenant_cache_quotas (tenant_id, quota_mb, overage_allowed, overage_limit_mb, policy, enforcement, current_usage_mb, usage_at)
  SELECT tenant_id, quota_mb, overage_mb > 0, overage_mb, policy, enforcement, round((quota_mb * filled)::numeric, 6), now()
    FROM (${SHAPE}) AS shape
  ON CONFLICT DO NOTHING`;

/** Of a UTC day: weekends are quiet, and every tenant grew over the years. */
const DRAWN_DAYS = `
  SELECT *, least(0.99, greatest(0.2, hit_share + 0.1 * (${noise('day_number', 1)} - 0.5))) AS hits_now,
    floor(requests_a_day * CASE WHEN extract(isodow FROM date) > 5 THEN 0.35 ELSE 1 END
      * greatest(0.1, 1 - 0.4 * (current_date - date) / 365.0) * (0.7 + 0.6 * ${noise('day_number', 2)}))::bigint AS requests
  FROM (SELECT shape.*, day::date AS date, (day::date - date '2020-01-01')::bigint AS day_number
          FROM (${SHAPE}) AS shape CROSS JOIN generate_series($3::date, $4::date, interval '1 day') AS day) AS days
  OFFSET 0`;

/** `$3` the first day, `$4` the last. */
export const DAYS_SQL = `
  INSERT INTO tenant_cache_metrics (tenant_id, date, total_bytes_served, total_bytes_written, folded_at, ${COUNTERS})
  WITH drawn AS (${DRAWN_DAYS})
  SELECT tenant_id, date, bytes_served, bytes_written,
    CASE WHEN date <= current_date - ${OPEN_DAYS + 1} THEN date + ${OPEN_DAYS + 1} * interval '1 day' END, ${COUNTERS}
    FROM (${COUNTED}) AS counted ORDER BY date, tenant_id
  ON CONFLICT DO NOTHING`;

/** What the sums of days rest on that are not folded. */
export const PARTS_SQL = `
  INSERT INTO tenant_cache_counter_parts (tenant_id, date, process_epoch, bytes_served, bytes_written, ${COUNTERS})
  WITH drawn AS (${DRAWN_DAYS})
  SELECT tenant_id, date, '${PROCESS}', bytes_served, bytes_written, ${COUNTERS}
    FROM (${COUNTED}) AS counted WHERE date > current_date - ${OPEN_DAYS + 1}
  ON CONFLICT DO NOTHING`;

/** Of a bucket: a bell over the tenant's own working hours, and use that breathes with it. */
const DRAWN_SAMPLES = `
  SELECT *, least(0.99, greatest(0.2, hit_share + 0.1 * (${noise('bucket_number', 3)} - 0.5))) AS hits_now,
    floor(requests_a_day * ($5::int / 86400000.0) * (1 + 0.9 * cos((hours - clock_hours) / 12 * pi()))
      * (0.6 + 0.8 * ${noise('bucket_number', 4)}) + ${noise('bucket_number', 5)})::bigint AS requests,
    floor(quota_bytes * filled * (0.94 + 0.05 * cos((hours - clock_hours) / 12 * pi()) + 0.01 * ${noise('bucket_number', 6)}))::bigint
      AS used_bytes
  FROM (SELECT shape.*, bucket_start, extract(epoch FROM bucket_start)::bigint / 60 AS bucket_number,
          extract(epoch FROM bucket_start)::float8 / 3600 AS hours
          FROM (${SHAPE}) AS shape
         CROSS JOIN generate_series($3::timestamptz, $4::timestamptz, $5::int * interval '1 millisecond') AS bucket_start) AS buckets
  OFFSET 0`;

/** `$3` the first bucket, `$4` the last, `$5` their length in milliseconds. */
export const SAMPLES_SQL = `
  INSERT INTO tenant_cache_samples (tenant_id, bucket_start, process_epoch, bucket_ms, bytes_served, bytes_written,
    used_bytes, entries, quota_bytes, hard_limit_bytes, ${COUNTERS})
  WITH drawn AS (${DRAWN_SAMPLES})
  SELECT tenant_id, bucket_start, '${PROCESS}', $5::int, bytes_served, bytes_written,
    used_bytes, (used_bytes / value_bytes)::bigint, quota_bytes, hard_limit_bytes, ${COUNTERS}
    FROM (${COUNTED}) AS counted ORDER BY bucket_start, tenant_id
  ON CONFLICT DO NOTHING`;
