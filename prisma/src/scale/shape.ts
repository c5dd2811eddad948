/** Ids that the scale seed makes, and takes away again. */
export const SCALE_ID_PATTERN = '^scale_[0-9]{5}$';
/** Their names end with the number of the id, by which a stranger's tenant of such an id is told apart. */
export const SCALE_NAME_PATTERN = ' [0-9]{5}$';

export const SCALE_PLANS = [
  { name: 'Scale test, small', quotaMb: 8 },
  { name: 'Scale test, middle', quotaMb: 64 },
  { name: 'Scale test, large', quotaMb: 512 },
] as const;
const [SMALL, MIDDLE, LARGE] = SCALE_PLANS;

const FIRST_WORDS = ['Alder', 'Birch', 'Cedar', 'Dover', 'Elm', 'Fjord', 'Granite', 'Harbor', 'Indigo', 'Juniper'];
const SECOND_WORDS = ['Capital', 'Partners', 'Trading', 'Research', 'Markets', 'Quant', 'Advisers', 'Securities'];

/** From 0 to 1, the same for the same tenant and seed on every machine. `$2` is the seed. */
const unit = (salt: string) => `((hashtextextended(tenant_id || ':${salt}', $2) & 2147483647) / 2147483648.0)::float8`;
/** The same for a tenant at a moment, which `moment` numbers. */
export const noise = (moment: string, salt: number) =>
  `((hashint8extended(n * 4000037 + ${moment} * 61 + ${salt}, $2) & 2147483647) / 2147483648.0)::float8`;
const word = (words: readonly string[], salt: string) =>
  `(ARRAY['${words.join("','")}'])[1 + floor(${unit(salt)} * ${words.length})::int]`;

/**
 * Tenants `$1` in number, each with what all its figures are drawn from. Sizes follow a power law: a few are large, most
 * are small. `filled` is the share of the quota in use: nine of ten are below the warning, one of fifty is above its limit.
 * Each level ends with `OFFSET 0`: without it the planner writes every expression into all that refer to it, level by level.
 */
export const SHAPE = `
  SELECT *, quota_mb::bigint * 1048576 AS quota_bytes, (quota_mb + overage_mb)::bigint * 1048576 AS hard_limit_bytes,
    greatest(60, 40 * size ^ 1.2)::float8 AS requests_a_day,
    CASE WHEN quota_mb <= 32 THEN '${SMALL.name}' WHEN quota_mb <= 256 THEN '${MIDDLE.name}' ELSE '${LARGE.name}' END AS plan
  FROM (
    SELECT *, least(4096, greatest(1, round(2 * size)))::int AS quota_mb,
      CASE WHEN ${unit('overage')} < 0.5 THEN greatest(1, round(size / 2))::int ELSE 0 END AS overage_mb
    FROM (
      SELECT *, ${word(FIRST_WORDS, 'first')} || ' ' || ${word(SECOND_WORDS, 'second')} || ' ' || lpad(n::text, 5, '0') AS name,
        least(5000, (1 - ${unit('size')}) ^ -0.9)::float8 AS size,
        ${unit('clock')} * 24 AS clock_hours, 0.55 + 0.42 * ${unit('hits')} AS hit_share, 0.3 + 0.4 * ${unit('tier')} AS l1_share,
        300 + 5000 * ${unit('value')} AS value_bytes, 0.1 + 2.5 * ${unit('speed')} AS read_ms, 5 + 200 * ${unit('origin')} AS load_ms,
        CASE WHEN ${unit('state')} < 0.9 THEN 0.05 + 0.7 * ${unit('filled')}
             WHEN ${unit('state')} < 0.97 THEN 0.82 + 0.16 * ${unit('filled')}
             ELSE 1.02 + 0.3 * ${unit('filled')} END AS filled,
        (ARRAY['lru','lru','lru','lru','lru','lru','lru','ttl','ttl','reject'])[1 + floor(${unit('policy')} * 10)::int] AS policy,
        (ARRAY['hard','hard','hard','hard','hard','hard','hard','soft','observe','off'])[1 + floor(${unit('mode')} * 10)::int] AS enforcement
      FROM (SELECT n::bigint AS n, 'scale_' || lpad(n::text, 5, '0') AS tenant_id FROM generate_series(1, $1::int) AS n) AS ids OFFSET 0
    ) AS sized OFFSET 0
  ) AS limited OFFSET 0`;

/** The counters of a row with `requests`, from the tenant's shape. Every name is a column of `tenant_cache_samples`. */
export const COUNTED = `
  SELECT *, requests - l1_hits - l2_hits AS misses, requests - l1_hits - l2_hits AS loads,
    (requests - l1_hits - l2_hits) / 500 AS load_errors, requests - l1_hits - l2_hits AS writes,
    CASE WHEN filled > 0.8 THEN (requests - l1_hits - l2_hits) / 3 ELSE 0 END AS evictions,
    CASE WHEN filled > 0.8 THEN (requests - l1_hits - l2_hits) / 3 * value_bytes::bigint ELSE 0 END AS evicted_bytes,
    (requests - l1_hits - l2_hits) / 4 AS expirations, requests / 400 AS invalidations,
    CASE WHEN filled > 1 AND policy = 'reject' THEN requests / 50 ELSE 0 END AS rejections,
    requests * value_bytes::bigint AS bytes_served, (requests - l1_hits - l2_hits) * value_bytes::bigint AS bytes_written,
    requests * read_ms AS response_time_ms, (requests - l1_hits - l2_hits) * load_ms AS load_time_ms
  FROM (
    SELECT *, floor(requests * hits_now * l1_share)::bigint AS l1_hits, floor(requests * hits_now * (1 - l1_share))::bigint AS l2_hits
    FROM drawn OFFSET 0
  ) AS tiered OFFSET 0`;

const PLAIN = [
  'requests',
  'l1_hits',
  'l2_hits',
  'misses',
  'loads',
  'load_errors',
  'writes',
  'evictions',
  'evicted_bytes',
];
/** Counter columns under which all three tables of usage know them. */
export const COUNTER_COLUMNS = [
  ...PLAIN,
  'expirations',
  'invalidations',
  'rejections',
  'response_time_ms',
  'load_time_ms',
];
