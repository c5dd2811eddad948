import type { Database, Tx } from '@tenantcache/database';
import type { AuthorizationCache, TenantCache } from 'tenantcache';
import { problem } from '../problem.js';
import type { AccessView } from './access-view.js';
import { sayTold } from './untold-changes.js';

/** Whose permissions a change touches, as the authorisation cache knows them. */
export interface Touched {
  readonly users?: readonly string[];
  readonly roles?: readonly string[];
  readonly teams?: readonly string[];
}

export interface Changed<T> {
  readonly result: T;
  readonly touched: Touched;
}

/** Somebody who may change access without bound; a tenant without one could not get one again by itself. */
const MANAGER = `$[*] ? (@.effect == "allow" && !exists(@.object)
                        && (@.action == "*" || @.action == "access:*" || @.action == "access:write"))`;
const BARRED = `$[*] ? (@.effect == "deny" && (@.action == "*" || @.action == "access:*" || @.action == "access:write"))`;

/** The one way in which access is changed: commit, then have everybody forget, then answer. Who dies in between leaves it untold. */
export class AccessChanges {
  constructor(
    private readonly database: Pick<Database, 'withTenant'>,
    private readonly authorization: Pick<AuthorizationCache, 'for'>,
    private readonly view: Pick<AccessView, 'changed'>,
  ) {}

  /**
   * Changes of a tenant follow one another, so what `work` reads stays true until it commits. Once it has, no process goes by
   * what was before: a load under way is void, and the next one reads the tables or a view that has the change.
   * @throws Problem 409 `ACCESS_MANAGER_NEEDED` where nobody would be left who may change access
   */
  async make<T>(cache: TenantCache, work: (tx: Tx) => Promise<Changed<T>>): Promise<T> {
    const { result, touched, from, to } = await this.database.withTenant(cache.tenantId, async (tx) => {
      const from = await versionOf(tx);
      const changed = await work(tx);
      await assertManaged(tx);
      return { ...changed, from, to: await versionOf(tx) };
    });
    this.view.changed();
    const users = this.authorization.for(cache);
    await Promise.all([
      ...(touched.users ?? []).map((user) => users.revokeUser(user)),
      ...(touched.roles ?? []).map((role) => users.roleChanged(role)),
      ...(touched.teams ?? []).map((team) => users.teamChanged(team)),
    ]);
    // The change holds; what is not said here is told once more.
    await sayTold(this.database, cache, from, to).catch(() => {});
    return result;
  }
}

/** Holds up other changes of the tenant until this one ends. Null before its first. */
async function versionOf(tx: Tx): Promise<bigint | null> {
  const rows = await tx.$queryRaw<{ version: bigint }[]>`
    SELECT version FROM access_versions WHERE tenant_id = current_tenant() FOR UPDATE`;
  return rows[0]?.version ?? null;
}

async function assertManaged(tx: Tx): Promise<void> {
  const managers = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM live_permissions l,
           LATERAL (SELECT jsonb_agg(entry) AS entries
                      FROM jsonb_each(l.permissions) role, jsonb_array_elements(role.value) entry) said
     WHERE jsonb_path_exists(said.entries, ${MANAGER}::jsonpath)
       AND NOT jsonb_path_exists(said.entries, ${BARRED}::jsonpath) LIMIT 1`;
  if (managers.length > 0) return;
  throw problem(409, 'ACCESS_MANAGER_NEEDED', 'Nobody would be left who may change access in this tenant.');
}
