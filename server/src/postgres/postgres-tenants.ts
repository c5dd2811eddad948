import type { TenantDirectory } from '../core/directory.js';
import { fail } from '../core/errors.js';
import { invalidOption } from '../core/options.js';
import { assertAuditable, insertAudit, listAudit } from './audit-rows.js';
import { answered, connect } from './connect.js';
import type { PostgresOptions } from './postgres-options.js';
import { changeQuota } from './quota-change.js';
import { findTenant, listTenants } from './tenant-rows.js';

export interface PostgresTenantsOptions extends PostgresOptions {}

const WHERE = 'postgresTenants()';
const READER = 'system:directory';

/**
 * Tenants, quotas and audit in Postgres. `find` needs `url` only; whatever an admin does needs `adminUrl` and throws
 * `OPTION_INVALID` without. Connects with its first call.
 *
 * A tenant without a quota row has its plan's quota, a tenant that is not there the default plan's (`known: false`).
 * Quotas are whole MiB: `changeQuota` throws `REQUEST_INVALID` for other sizes. A database that does not answer, or has
 * no default plan for an unknown tenant, is `DIRECTORY_UNAVAILABLE`.
 */
export function postgresTenants(options: PostgresTenantsOptions): TenantDirectory {
  const database = connect(WHERE, options);
  const asAdmin: typeof database.asAdmin = async (actor, work) => {
    if (options.adminUrl === undefined) {
      throw invalidOption(WHERE, 'no adminUrl', 'the URL of the admin role', 'pass adminUrl to administer tenants');
    }
    return answered(() => database.asAdmin(actor, work));
  };

  return {
    async find(tenant) {
      const record = await answered(() => database.withTenant(tenant, (tx) => findTenant(tx, tenant)));
      if (!record) throw fail('DIRECTORY_UNAVAILABLE', { todo: 'set is_default on one row of the table plans' });
      return record;
    },
    list: (query) => asAdmin(READER, (tx) => listTenants(tx, query)),
    async changeQuota(tenant, change, expectedVersion, actor) {
      assertAuditable(actor, change.reason);
      return asAdmin(actor.id, (tx) => changeQuota(tx, tenant, change, expectedVersion, actor));
    },
    async recordClear(tenant, reason, actor) {
      assertAuditable(actor, reason);
      await asAdmin(actor.id, async (tx) => {
        if (!(await findTenant(tx, tenant))?.known) throw fail('TENANT_NOT_FOUND');
        await insertAudit(tx, actor, { tenant, action: 'clear', before: null, after: null, reason });
      });
    },
    audit: (query) => asAdmin(READER, (tx) => listAudit(tx, query)),
    close: () => database.close(),
  };
}
