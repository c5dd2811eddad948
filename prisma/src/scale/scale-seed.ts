import type pg from 'pg';
import { DatabaseError } from '../errors.js';
import { asSeed, withAdmin } from './as-seed.js';
import { DAYS_SQL, OPEN_DAYS, PARTS_SQL, PLANS_SQL, QUOTAS_SQL, SAMPLES_SQL, TENANTS_SQL } from './scale-rows.js';
import { SCALE_ID_PATTERN, SCALE_NAME_PATTERN } from './shape.js';

export interface ScaleSeedOptions {
  /** The admin role's. */
  adminUrl: string;
  /** 1 to 99,999: `scale_00001` and so on. */
  tenants: number;
  /** UTC days of daily figures, the present one included. */
  days: number;
  /** Days of samples; 0: none. */
  sampleDays: number;
  /** Length of a sample. A divisor of a day. */
  bucketMs: number;
  /** Another number gives other figures. */
  seed: number;
  /** Other tenants may be in the database. They are not touched, but their admins see the new ones. */
  besideOthers?: boolean;
  /** Called after each transaction. */
  onProgress?: (progress: ScaleProgress) => void;
}

export interface ScaleProgress {
  /** Of all rows, and the steps that an earlier run had done count as done. */
  rowsDone: number;
  rowsInAll: number;
  rowsAdded: number;
}

const DAY_MS = 86_400_000;
/** Rows of one transaction: some seconds of work, so that little is lost by a break. */
const BATCH_ROWS = 100_000;

/** Rows that `seedScale` makes of days and samples. */
export function scaleRows({ tenants, days, sampleDays, bucketMs }: Omit<ScaleSeedOptions, 'adminUrl' | 'seed'>) {
  return { days: tenants * days, samples: tenants * Math.round((sampleDays * DAY_MS) / bucketMs) };
}

/**
 * Adds tenants with figures that a fleet of this size leaves behind. What an earlier run made stays as it is, so that a run
 * that was broken off goes on. Resolves to the number of rows added.
 * @throws DatabaseError `OPTION_INVALID` where other tenants are in the database, or one of them has an id of the seed's
 */
export async function seedScale(options: ScaleSeedOptions): Promise<number> {
  return withAdmin(options.adminUrl, async (client) => {
    await refuseOthers(client, options.besideOthers ?? false);
    const { tenants, seed } = options;
    await asSeed(client, async () => {
      await client.query(PLANS_SQL);
      for (const sql of [TENANTS_SQL, QUOTAS_SQL]) await client.query(sql, [tenants, seed]);
    });
    const inAll = scaleRows(options);
    const progress: ScaleProgress = { rowsDone: 0, rowsInAll: inAll.days + inAll.samples, rowsAdded: 0 };
    for (const step of [...dayBatches(options), ...sampleBatches(options)]) {
      progress.rowsAdded += (await isDone(client, step, tenants)) ? 0 : await addBatch(client, step, [tenants, seed]);
      progress.rowsDone += step.rows;
      options.onProgress?.({ ...progress });
    }
    return progress.rowsAdded;
  });
}

interface Batch {
  readonly table: 'tenant_cache_metrics' | 'tenant_cache_samples';
  readonly at: 'date' | 'bucket_start';
  /** The first adds the rows that are counted. */
  readonly statements: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly more: readonly number[];
  readonly rows: number;
}

/** Oldest first, as a fleet leaves them. */
function dayBatches({ tenants, days }: ScaleSeedOptions): Batch[] {
  const perBatch = Math.max(1, Math.floor(BATCH_ROWS / tenants));
  const today = Math.floor(Date.now() / DAY_MS);
  const date = (day: number) => new Date(day * DAY_MS).toISOString().slice(0, 10);
  return ranges(today - days + 1, today, perBatch).map(([from, to]) => ({
    table: 'tenant_cache_metrics',
    at: 'date',
    statements: to > today - OPEN_DAYS - 1 ? [DAYS_SQL, PARTS_SQL] : [DAYS_SQL],
    from: date(from),
    to: date(to),
    more: [],
    rows: (to - from + 1) * tenants,
  }));
}

function sampleBatches({ tenants, sampleDays, bucketMs }: ScaleSeedOptions): Batch[] {
  const perBatch = Math.max(1, Math.floor(BATCH_ROWS / tenants));
  const newest = Math.floor(Date.now() / bucketMs);
  const oldest = newest - Math.round((sampleDays * DAY_MS) / bucketMs) + 1;
  const time = (bucket: number) => new Date(bucket * bucketMs).toISOString();
  return ranges(oldest, newest, perBatch).map(([from, to]) => ({
    table: 'tenant_cache_samples',
    at: 'bucket_start',
    statements: [SAMPLES_SQL],
    from: time(from),
    to: time(to),
    more: [bucketMs],
    rows: (to - from + 1) * tenants,
  }));
}

/** Cut where whole multiples of `length` end, so that a later run cuts at the same places. */
function ranges(first: number, last: number, length: number): [number, number][] {
  const found: [number, number][] = [];
  for (let from = first; from <= last; ) {
    const to = Math.min(last, (Math.floor(from / length) + 1) * length - 1);
    found.push([from, to]);
    from = to + 1;
  }
  return found;
}

/** A batch is one transaction: where its last tenant has both ends of it, all of it is there. */
async function isDone(client: pg.Client, { table, at, from, to }: Batch, tenants: number): Promise<boolean> {
  const last = `scale_${String(tenants).padStart(5, '0')}`;
  const { rowCount } = await asSeed(client, () =>
    client.query(`SELECT 1 FROM ${table} WHERE tenant_id = $1 AND ${at} IN ($2, $3)`, [last, from, to]),
  );
  return rowCount === (from === to ? 1 : 2);
}

async function addBatch(client: pg.Client, { statements, from, to, more }: Batch, shape: number[]): Promise<number> {
  return asSeed(client, async () => {
    let added = 0;
    for (const [index, sql] of statements.entries()) {
      const { rowCount } = await client.query(sql, [...shape, from, to, ...more]);
      if (index === 0) added = rowCount ?? 0;
    }
    return added;
  });
}

async function refuseOthers(client: pg.Client, besideOthers: boolean): Promise<void> {
  const { rows } = await asSeed(client, () =>
    client.query<{ others: number; strangers: string[] | null }>(
      `SELECT count(*) FILTER (WHERE tenant_id !~ $1)::int AS others,
              array_agg(tenant_id) FILTER (WHERE tenant_id ~ $1 AND name !~ $2) AS strangers FROM tenants`,
      [SCALE_ID_PATTERN, SCALE_NAME_PATTERN],
    ),
  );
  const { others = 0, strangers } = rows[0] ?? {};
  if (strangers) {
    throw new DatabaseError('OPTION_INVALID', `Tenant ${strangers[0]} has an id of the seed's and was not made by it.`);
  }
  if (others > 0 && !besideOthers) {
    throw new DatabaseError(
      'OPTION_INVALID',
      `The database has ${others} other tenants: take an empty one, or say --beside-others to add to it.`,
    );
  }
}
