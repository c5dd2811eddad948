import type { Database, Tx } from '@tenantcache/database';
import type { Page } from '../core/actor.js';
import { fail } from '../core/errors.js';
import type {
  NewWarmingRun,
  WarmingProgress,
  WarmingQuery,
  WarmingRun,
  WarmingRunStore,
  WarmingState,
  WarmingTrigger,
} from '../core/warming.js';

const KEEPER = 'system:warming';
/** Space of advisory locks: what is locked is the beginning of a job's runs. */
const LOCKS = 72707374;

/** Runs of warm-ups in Postgres, by its clock. Needs the admin role: they are the platform's. */
export function postgresWarmingRuns(asAdmin: Database['asAdmin']): WarmingRunStore {
  return {
    begin: (run) => asAdmin(KEEPER, (tx) => begin(tx, run)),
    takeOver: (job, silentMs) =>
      asAdmin(KEEPER, async (tx) => {
        // Of two that wait for the row, the second finds it updated.
        const taken = await tx.$queryRaw<{ id: string }[]>`
          UPDATE warming_runs SET resumed = resumed + 1, updated_at = clock_timestamp()
           WHERE job = ${job} AND state = 'running'
             AND updated_at <= clock_timestamp() - ${silentMs}::float8 * interval '1 ms'
          RETURNING id::text`;
        return taken[0] && find(tx, taken[0].id);
      }),
    progress: (id, resumed, progress) => asAdmin(KEEPER, (tx) => keepProgress(tx, id, resumed, progress)),
    end: (id, resumed, state, progress, code) =>
      asAdmin(KEEPER, async (tx) => {
        if (!(await keepProgress(tx, id, resumed, progress))) return;
        await tx.$executeRaw`
          UPDATE warming_runs SET state = ${state}, code = ${code ?? null}, ended_at = updated_at WHERE id = ${id}::uuid`;
      }),
    requestCancel: (id) =>
      asAdmin(KEEPER, async (tx) => {
        const asked = await tx.$executeRaw`
          UPDATE warming_runs SET cancel_requested = true WHERE id = ${id}::uuid AND state = 'running'`;
        return asked === 1;
      }),
    abandon: (silentMs) =>
      asAdmin(
        KEEPER,
        (tx) => tx.$executeRaw`
          UPDATE warming_runs
             SET state = 'failed', code = 'WARMING_NOT_FOUND', updated_at = clock_timestamp(), ended_at = clock_timestamp()
           WHERE state = 'running' AND updated_at <= clock_timestamp() - ${silentMs}::float8 * interval '1 ms'`,
      ),
    get: (id) => asAdmin(KEEPER, (tx) => find(tx, id)),
    list: (query) => asAdmin(KEEPER, (tx) => list(tx, query)),
    tidy: (beforeMs) =>
      asAdmin(
        KEEPER,
        (tx) => tx.$executeRaw`DELETE FROM warming_runs WHERE ended_at < to_timestamp(${beforeMs}::float8 / 1000)`,
      ),
  };
}

async function begin(tx: Tx, run: NewWarmingRun): Promise<WarmingRun> {
  const { id, job, trigger, startedBy, slotMs = null, quietMs = 0 } = run;
  // Of two that come at once, the second is to see what the first began.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCKS}::int, hashtext(${job}))`;
  const begun = await tx.$executeRaw`
    INSERT INTO warming_runs (id, job, trigger, started_by, slot_at)
    SELECT ${id}::uuid, ${job}::text, ${trigger}::text, ${startedBy}::text, to_timestamp(${slotMs}::float8 / 1000)
     WHERE NOT EXISTS (SELECT 1 FROM warming_runs WHERE job = ${job}
                        AND started_at > clock_timestamp() - ${quietMs}::float8 * interval '1 ms')
    ON CONFLICT DO NOTHING`;
  const kept = begun === 1 ? await find(tx, id) : undefined;
  if (kept === undefined) throw fail('WARMING_RUNNING');
  return kept;
}

async function keepProgress(tx: Tx, id: string, resumed: number, progress: WarmingProgress) {
  const { total, done, failed, skipped, bytes } = progress;
  const [row] = await tx.$queryRaw<{ cancel_requested: boolean }[]>`
    UPDATE warming_runs
       SET total = ${total}::int, done = ${done}::int, failed = ${failed}::int, skipped = ${skipped}::int,
           bytes = ${bytes}::float8::bigint, updated_at = clock_timestamp()
     WHERE id = ${id}::uuid AND state = 'running' AND resumed = ${resumed}::int
    RETURNING cancel_requested`;
  return row && { cancelRequested: row.cancel_requested };
}

async function find(tx: Tx, id: string): Promise<WarmingRun | undefined> {
  const row = await tx.warmingRun.findUnique({ where: { id } });
  return row ? runOf(row) : undefined;
}

async function list(tx: Tx, { job, state, page, pageSize }: WarmingQuery): Promise<Page<WarmingRun>> {
  const where = { ...(job !== undefined && { job }), ...(state !== undefined && { state }) };
  const rows = await tx.warmingRun.findMany({
    where,
    orderBy: [{ startedAt: 'desc' }, { id: 'asc' }],
    skip: (page - 1) * pageSize,
    take: pageSize,
  });
  return { items: rows.map(runOf), total: await tx.warmingRun.count({ where }), page, pageSize };
}

type Row = NonNullable<Awaited<ReturnType<Tx['warmingRun']['findUnique']>>>;

function runOf({ slotAt: _slotAt, startedAt, updatedAt, endedAt, bytes, ...row }: Row): WarmingRun {
  return {
    ...row,
    trigger: row.trigger as WarmingTrigger,
    state: row.state as WarmingState,
    bytes: Number(bytes),
    startedAtMs: startedAt.getTime(),
    updatedAtMs: updatedAt.getTime(),
    endedAtMs: endedAt?.getTime() ?? null,
  };
}
