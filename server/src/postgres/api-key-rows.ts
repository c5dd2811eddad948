import { type Database, Prisma, type Tx } from '@tenantcache/database';
import type { Actor, Page } from '../core/actor.js';
import {
  type ApiKey,
  type ApiKeyOf,
  type ApiKeySecret,
  type ApiKeyStore,
  auditedApiKey,
  MAX_API_KEYS,
  type NewApiKey,
  rotatedBefore,
  rotatedExpiryMs,
} from '../core/api-keys.js';
import { fail } from '../core/errors.js';
import type { TenantId } from '../core/tenant-id.js';
import { assertAuditable, insertAudit } from './audit-rows.js';
import { answered } from './connect.js';

const READER = 'system:directory';
/** Far longer than anybody goes on from a cursor: what remembers keys gives them up before. */
const CHANGES_KEPT = Prisma.sql`interval '1 day'`;

/** API keys in Postgres. `verify`, `changes` and `used` need the app role only, the others the admin role. */
export function postgresApiKeys(database: Pick<Database, 'withoutTenant'>, asAdmin: Database['asAdmin']): ApiKeyStore {
  return {
    verify: (digest) =>
      answered(async () => {
        const rows = await database.withoutTenant(
          (tx) => tx.$queryRaw<ApiKeyRow[]>`SELECT * FROM api_key_by_digest(${digest.toString('hex')})`,
        );
        return rows[0] && apiKeyOf(rows[0]);
      }),
    list: (tenant, query) => asAdmin(READER, (tx) => listApiKeys(tx, tenant, query)),
    async create(key, secret, reason, actor) {
      assertAuditable(actor, reason);
      return asAdmin(actor.id, (tx) => createApiKey(tx, key, secret, reason, actor));
    },
    async rotate(of, secret, oldUntilMs, reason, actor) {
      assertAuditable(actor, reason);
      return asAdmin(actor.id, (tx) => rotateApiKey(tx, of, secret, oldUntilMs, reason, actor));
    },
    async revoke(of, reason, actor) {
      assertAuditable(actor, reason);
      return asAdmin(actor.id, (tx) => revokeApiKey(tx, of, reason, actor));
    },
    changes: (cursor) =>
      answered(async () => {
        const since = cursor === undefined ? null : BigInt(cursor);
        const [row] = await database.withoutTenant(
          (tx) => tx.$queryRaw<{ cursor: string; key_ids: string[] }[]>`
            SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS cursor,
                   ARRAY(SELECT DISTINCT key_id::text FROM api_key_changes WHERE xid >= ${since}::bigint) AS key_ids`,
        );
        const { cursor: next, key_ids: keyIds } = row as { cursor: string; key_ids: string[] };
        // Another server with a copy of the data counts its own transactions.
        return since !== null && BigInt(next) < since ? { keyIds, all: true, cursor: next } : { keyIds, cursor: next };
      }),
    used: (times) =>
      answered(async () => {
        const at = [...times.values()].map((ms) => new Date(ms));
        await database.withoutTenant(
          (tx) => tx.$queryRaw`
            INSERT INTO api_key_uses (key_id, used_at)
            SELECT * FROM unnest(${[...times.keys()]}::uuid[], ${at}::timestamptz[])
                ON CONFLICT (key_id) DO UPDATE SET used_at = GREATEST(api_key_uses.used_at, excluded.used_at)`,
        );
      }),
  };
}

interface ApiKeyRow {
  key_id: string;
  tenant_id: string;
  name: string;
  prefix: string;
  scopes: string[];
  created_at: Date;
  created_by: string;
  expires_at: Date | null;
  revoked_at: Date | null;
  used_at: Date | null;
}

const COLUMNS = Prisma.sql`k.key_id::text AS key_id, k.tenant_id, k.name, k.prefix, k.scopes, k.created_at, k.created_by,
  k.expires_at, k.revoked_at, u.used_at`;
const FROM = Prisma.sql`FROM api_keys k LEFT JOIN api_key_uses u ON u.key_id = k.key_id`;

async function listApiKeys(
  tx: Tx,
  tenant: TenantId,
  { page, pageSize }: { page: number; pageSize: number },
): Promise<Page<ApiKey>> {
  const rows = await tx.$queryRaw<ApiKeyRow[]>`
    SELECT ${COLUMNS} ${FROM} WHERE k.tenant_id = ${tenant}
     ORDER BY k.created_at DESC, k.key_id LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`;
  const counted = await tx.$queryRaw<{ total: number }[]>`
    SELECT count(*)::int AS total FROM api_keys WHERE tenant_id = ${tenant}`;
  return { items: rows.map(apiKeyOf), total: counted[0]?.total ?? 0, page, pageSize };
}

async function createApiKey(
  tx: Tx,
  key: NewApiKey,
  secret: ApiKeySecret,
  reason: string,
  actor: Actor,
): Promise<ApiKey> {
  const { tenantId: tenant } = key;
  const known = await tx.$queryRaw<unknown[]>`SELECT 1 FROM tenants WHERE tenant_id = ${tenant}`;
  if (known.length === 0) throw fail('TENANT_NOT_FOUND');
  const created = await insertApiKey(tx, key, secret, actor);
  await insertAudit(tx, actor, { tenant, action: 'api-key', before: null, after: auditedApiKey(created), reason });
  return created;
}

async function rotateApiKey(
  tx: Tx,
  of: ApiKeyOf,
  secret: ApiKeySecret,
  oldUntilMs: number,
  reason: string,
  actor: Actor,
): Promise<ApiKey> {
  const before = await lockedApiKey(tx, of);
  if (before.revokedAt !== null) throw fail('API_KEY_NOT_FOUND');
  const { tenantId: tenant, name, scopes } = before;
  const expiresAtMs = rotatedExpiryMs(before, Date.now()) ?? undefined;
  const rotated = await tx.$executeRaw`
    UPDATE api_keys
       SET expires_at = LEAST(expires_at, ${new Date(oldUntilMs)}::timestamptz), rotated_at = clock_timestamp()
     WHERE key_id = ${of.keyId}::uuid AND rotated_at IS NULL`;
  if (rotated === 0) throw rotatedBefore();
  const made = await insertApiKey(tx, { tenantId: tenant, name, scopes, expiresAtMs }, secret, actor);
  const after = { ...auditedApiKey(made), rotated: of.keyId, oldUntil: new Date(oldUntilMs).toISOString() };
  await insertAudit(tx, actor, { tenant, action: 'api-key', before: auditedApiKey(before), after, reason });
  return made;
}

async function revokeApiKey(tx: Tx, of: ApiKeyOf, reason: string, actor: Actor): Promise<ApiKey> {
  const before = await lockedApiKey(tx, of);
  if (before.revokedAt !== null) return before;
  await tx.$executeRaw`UPDATE api_keys SET revoked_at = clock_timestamp() WHERE key_id = ${of.keyId}::uuid`;
  await tx.$executeRaw`DELETE FROM api_key_changes WHERE at < now() - ${CHANGES_KEPT}`;
  const after = await lockedApiKey(tx, of);
  const states = { before: auditedApiKey(before), after: auditedApiKey(after) };
  await insertAudit(tx, actor, { tenant: of.tenantId, action: 'api-key', ...states, reason });
  return after;
}

async function insertApiKey(
  tx: Tx,
  { tenantId, name, scopes, expiresAtMs }: NewApiKey,
  { prefix, digest }: ApiKeySecret,
  actor: Actor,
): Promise<ApiKey> {
  // Of two that create the last one allowed, the second counts the first's.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(72707374, hashtext(${tenantId}))`;
  const expiresAt = expiresAtMs === undefined ? null : new Date(expiresAtMs);
  const [row] = await tx.$queryRaw<ApiKeyRow[]>`
    INSERT INTO api_keys AS k (tenant_id, name, prefix, digest, scopes, created_by, expires_at)
    SELECT ${tenantId}, ${name}, ${prefix}, ${digest.toString('hex')}, ${JSON.stringify(scopes)}::jsonb, ${actor.id},
           ${expiresAt}::timestamptz
     WHERE (SELECT count(*) FROM api_keys
             WHERE tenant_id = ${tenantId} AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()))
           < ${MAX_API_KEYS}
    RETURNING k.key_id::text AS key_id, k.tenant_id, k.name, k.prefix, k.scopes, k.created_at, k.created_by, k.expires_at,
              k.revoked_at, NULL::timestamptz AS used_at`;
  if (!row) throw fail('REQUEST_INVALID', { given: 'one more API key', allowed: `${MAX_API_KEYS}` });
  return apiKeyOf(row);
}

async function lockedApiKey(tx: Tx, { tenantId, keyId }: ApiKeyOf): Promise<ApiKey> {
  const [row] = await tx.$queryRaw<ApiKeyRow[]>`
    SELECT ${COLUMNS} ${FROM} WHERE k.key_id = ${keyId}::uuid AND k.tenant_id = ${tenantId} FOR NO KEY UPDATE OF k`;
  if (!row) throw fail('API_KEY_NOT_FOUND');
  return apiKeyOf(row);
}

function apiKeyOf(row: ApiKeyRow): ApiKey {
  return {
    keyId: row.key_id,
    // Read from a column that refers to one whose CHECK is the grammar.
    tenantId: row.tenant_id as TenantId,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    expiresAt: row.expires_at?.toISOString() ?? null,
    lastUsedAt: row.used_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  };
}
