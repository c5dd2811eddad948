import 'server-only';
import { adminApi } from './admin-api';
import {
  API_KEY,
  API_KEYS_PAGE,
  type ApiKey,
  type ApiKeysPage,
  type KeyRevocation,
  type KeyRotation,
  NEW_API_KEY,
  type NewApiKey,
  type NewKeyRequest,
} from './api-key-schema';
import { type ChangeResult, change, refused } from './change';
import { database } from './database';
import { rowsOf } from './history';
import type { FleetViewer, TenantViewer, Viewer } from './viewer';

const DAY_MS = 86_400_000;
const NOT_ALLOWED = refused('Only admins make and revoke API keys. Nothing was changed.');

/** Admins of the fleet make and revoke the keys of any tenant, admins of a tenant those of theirs. */
export function mayChangeKeys({ role }: Viewer): boolean {
  return role === 'admin' || role === 'tenant_admin';
}

/** A tenant's user reaches the keys of the session's tenant, whatever is asked for. */
function tenantOf(viewer: Viewer, tenantId: string): string {
  return viewer.area === 'tenant' ? viewer.tenantId : tenantId;
}

function keysOf(viewer: Viewer, tenantId: string): string {
  return `/tenants/${encodeURIComponent(tenantOf(viewer, tenantId))}/keys`;
}

/**
 * One page of a tenant's keys, newest first, revoked and expired ones too.
 * @throws AdminApiDown, AdminApiProblem
 */
export async function listApiKeys(
  viewer: Viewer,
  tenantId: string,
  query: { page: number; pageSize: number },
): Promise<ApiKeysPage> {
  const page = await adminApi(viewer, keysOf(viewer, tenantId), { schema: API_KEYS_PAGE, query });
  return { ...page, items: await shownTo(viewer, page.items) };
}

async function shownTo(viewer: Viewer, keys: readonly ApiKey[]): Promise<ApiKey[]> {
  if (viewer.area === 'fleet') return [...keys];
  const own = await ownPeople(viewer, new Set(keys.map(({ createdBy }) => createdBy)));
  return keys.map((key) => ({ ...key, createdBy: own.has(key.createdBy) ? key.createdBy : '' }));
}

/** Who of these signs in for the reader's tenant: who works at the operator is not the tenant's business. */
async function ownPeople({ email, tenantId }: TenantViewer, among: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const people = await database().asAdmin(email, (tx) =>
    tx.user.findMany({ where: { tenantId, email: { in: [...among] } }, select: { email: true } }),
  );
  return new Set(people.map((person) => person.email));
}

/** Makes a key. Its answer is the only one that has it: keep it nowhere. */
export async function createApiKey(
  viewer: Viewer,
  tenantId: string,
  { lifeDays, ...wanted }: NewKeyRequest,
): Promise<ChangeResult<NewApiKey>> {
  if (!mayChangeKeys(viewer)) return NOT_ALLOWED;
  const expiresAt = lifeDays === null ? null : new Date(Date.now() + lifeDays * DAY_MS).toISOString();
  const body = { ...wanted, expiresAt };
  return change(() => adminApi(viewer, keysOf(viewer, tenantId), { schema: NEW_API_KEY, method: 'POST', body }));
}

/** Makes a key like an old one, which serves on for a while. */
export async function rotateApiKey(
  viewer: Viewer,
  tenantId: string,
  { keyId, ...body }: KeyRotation,
): Promise<ChangeResult<NewApiKey>> {
  if (!mayChangeKeys(viewer)) return NOT_ALLOWED;
  const path = `${keysOf(viewer, tenantId)}/${keyId}/rotate`;
  return change(() => adminApi(viewer, path, { schema: NEW_API_KEY, method: 'POST', body }));
}

/** Revokes a key: within a second no process takes it any more. */
export async function revokeApiKey(
  viewer: Viewer,
  tenantId: string,
  { keyId, ...body }: KeyRevocation,
): Promise<ChangeResult<ApiKey>> {
  if (!mayChangeKeys(viewer)) return NOT_ALLOWED;
  const path = `${keysOf(viewer, tenantId)}/${keyId}/revoke`;
  return change(async () => {
    const key = await adminApi(viewer, path, { schema: API_KEY, method: 'POST', body });
    const [shown = key] = await shownTo(viewer, [key]);
    return shown;
  });
}

/** How many keys of each of these tenants open something now; tenants without one are absent. */
export async function countLiveKeys(viewer: FleetViewer, tenantIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await rowsOf(
    viewer,
    (tx) => tx.$queryRaw<{ tenantId: string; keys: number }[]>`
      SELECT tenant_id AS "tenantId", count(*)::int AS keys FROM api_keys
       WHERE tenant_id = ANY(${[...tenantIds]}) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
       GROUP BY tenant_id`,
  );
  return new Map(rows.map(({ tenantId, keys }) => [tenantId, keys]));
}

/** Keys of a tenant that open something now, and those of them that end within `soonMs`. */
export async function readKeyCounts(
  viewer: Viewer,
  tenantId: string,
  soonMs: number,
): Promise<{ live: number; ending: number }> {
  const tenant = tenantOf(viewer, tenantId);
  const soon = new Date(Date.now() + soonMs);
  const [row] = await rowsOf(
    viewer,
    (tx) => tx.$queryRaw<{ live: number; ending: number }[]>`
      SELECT count(*)::int AS live, count(*) FILTER (WHERE expires_at <= ${soon})::int AS ending FROM api_keys
       WHERE tenant_id = ${tenant} AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`,
  );
  return row ?? { live: 0, ending: 0 };
}
