import type { Database, Tx } from '@tenantcache/database';
import {
  IDEMPOTENCY_KEPT_MS,
  IDEMPOTENCY_LOCK_MS,
  type IdempotencyStore,
  type IdempotentRequest,
  type IdempotentStart,
  type KeptAnswer,
} from '../core/idempotency.js';

const KEEPER = 'system:idempotency';
/** Each use of a key takes away so many that are over, so that the table is as long as a day. */
const DROPPED_PER_BEGIN = 20;

interface Row {
  fingerprint: string;
  answer: KeptAnswer | null;
}

/** Idempotency keys in Postgres, by its clock. Needs the admin role, as the changes do that they are sent with. */
export function postgresIdempotency(asAdmin: Database['asAdmin']): IdempotencyStore {
  return {
    begin: (request) => asAdmin(KEEPER, (tx) => begin(tx, request)),
    finish: (id, token, answer) =>
      asAdmin(KEEPER, async (tx) => {
        const kept = await tx.$executeRaw`
          UPDATE idempotency_keys SET answer = ${JSON.stringify(answer)}::jsonb
           WHERE id = ${id} AND token = ${token}::uuid AND answer IS NULL`;
        return kept === 1;
      }),
    abandon: (id, token) =>
      asAdmin(KEEPER, async (tx) => {
        await tx.$executeRaw`
          DELETE FROM idempotency_keys WHERE id = ${id} AND token = ${token}::uuid AND answer IS NULL`;
      }),
  };
}

/** Whoever comes while the row is being written waits for it, and then finds it. */
async function begin(tx: Tx, { id, fingerprint }: IdempotentRequest): Promise<IdempotentStart> {
  const begun = await tx.$queryRaw<{ token: string }[]>`
    INSERT INTO idempotency_keys AS old (id, fingerprint, token, locked_until, expires_at)
    VALUES (${id}, ${fingerprint}, gen_random_uuid(),
            clock_timestamp() + ${IDEMPOTENCY_LOCK_MS}::float8 * interval '1 ms',
            clock_timestamp() + ${IDEMPOTENCY_KEPT_MS}::float8 * interval '1 ms')
    ON CONFLICT (id) DO UPDATE
       SET fingerprint = EXCLUDED.fingerprint, token = EXCLUDED.token, answer = NULL,
           locked_until = EXCLUDED.locked_until, expires_at = EXCLUDED.expires_at
     WHERE old.expires_at <= clock_timestamp()
        OR (old.answer IS NULL AND old.locked_until <= clock_timestamp() AND old.fingerprint = EXCLUDED.fingerprint)
    RETURNING token::text`;
  const [row] = begun;
  if (row) {
    await dropOld(tx);
    return { kind: 'begun', token: row.token };
  }
  const [kept] = await tx.$queryRaw<Row[]>`SELECT fingerprint, answer FROM idempotency_keys WHERE id = ${id}`;
  if (kept === undefined) return { kind: 'running' };
  if (kept.fingerprint !== fingerprint) return { kind: 'mismatch' };
  return kept.answer ? { kind: 'answered', answer: kept.answer } : { kind: 'running' };
}

async function dropOld(tx: Tx): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM idempotency_keys WHERE id IN (
      SELECT id FROM idempotency_keys WHERE expires_at <= clock_timestamp()
       ORDER BY expires_at LIMIT ${DROPPED_PER_BEGIN} FOR UPDATE SKIP LOCKED)`;
}
