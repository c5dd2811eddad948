import type { Tx } from '@tenantcache/database';
import { assertDeedOf } from '../core/audited-deed.js';
import type { TenantDirectory } from '../core/directory.js';
import { fail } from '../core/errors.js';
import { invalidOption } from '../core/options.js';
import { postgresApiKeys } from './api-key-rows.js';
import { assertAuditable, insertAudit, listAudit } from './audit-rows.js';
import { answered, connect } from './connect.js';
import { changeFleet, findFleet } from './fleet-rows.js';
import { postgresIdempotency } from './idempotency-rows.js';
import { PostgresLeadership } from './leadership.js';
import { mergeMeters } from './meter-rows.js';
import { openStatement } from './open-statement.js';
import { closePeriods } from './periods.js';
import { changePlanQuotas } from './plan-quota-change.js';
import { listPlans } from './plan-rows.js';
import type { PostgresOptions } from './postgres-options.js';
import { changeQuota } from './quota-change.js';
import { findStatement, listAllStatements, listStatements, statementsAfter } from './statement-rows.js';
import { changeTenant, createTenant, removeTenant } from './tenant-changes.js';
import { findTenant, listTenants } from './tenant-rows.js';
import { postgresWarmingRuns } from './warming-rows.js';
import { postgresWatchlists } from './watchlist-rows.js';

export interface PostgresTenantsOptions extends PostgresOptions {}

const WHERE = 'postgresTenants()';
const READER = 'system:directory';
const UPKEEP = 'system:upkeep';
/** A leader that hears nothing for so long does not know that it leads. */
const LEADERSHIP_TIMEOUT_MS = 2_000;
const READINGS_PER_TRANSACTION = 500;

/**
 * Tenants, quotas and audit in Postgres. `find` and `fleet` need `url` only; whatever an admin does needs `adminUrl` and throws
 * `OPTION_INVALID` without. Connects with its first call.
 *
 * A tenant without a quota row has its plan's quota, a tenant that is not there the default plan's (`known: false`).
 * Quotas are whole MiB: `changeQuota` throws `REQUEST_INVALID` for other sizes. A database that does not answer, or has
 * no default plan for an unknown tenant, is `DIRECTORY_UNAVAILABLE`. Caches of a process may share one: it closes with the last,
 * and is `CACHE_CLOSED` from then on.
 */
export function postgresTenants(options: PostgresTenantsOptions): TenantDirectory {
  const database = connect(WHERE, options);
  const leaderships: PostgresLeadership[] = [];
  const asAdmin: typeof database.asAdmin = async (actor, work) => {
    if (options.adminUrl === undefined) {
      throw invalidOption(WHERE, 'no adminUrl', 'the URL of the admin role', 'pass adminUrl to administer tenants');
    }
    return answered(() => database.asAdmin(actor, work));
  };
  const asTenant: typeof database.withTenant = (tenant, work) => answered(() => database.withTenant(tenant, work));

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
    async create(tenant, reason, actor) {
      assertAuditable(actor, reason);
      return asAdmin(actor.id, (tx) => createTenant(tx, tenant, reason, actor));
    },
    async changeTenant(tenant, change, expectedVersion, actor) {
      assertAuditable(actor, change.reason);
      return asAdmin(actor.id, (tx) => changeTenant(tx, tenant, change, expectedVersion, actor));
    },
    async remove(tenant, expectedVersion, reason, actor) {
      assertAuditable(actor, reason);
      await asAdmin(actor.id, (tx) => removeTenant(tx, tenant, expectedVersion, reason, actor));
    },
    plans: () => asAdmin(READER, listPlans),
    async changePlanQuotas(plan, change, page, actor) {
      assertAuditable(actor, change.reason);
      return asAdmin(actor.id, (tx) => changePlanQuotas(tx, plan, change, page, actor));
    },
    async recordDeed(tenant, { before = null, after = null, ...deed }, actor) {
      assertAuditable(actor, deed.reason);
      assertDeedOf(tenant, deed.action);
      await asAdmin(actor.id, async (tx) => {
        if (tenant !== null && !(await findTenant(tx, tenant))?.known) throw fail('TENANT_NOT_FOUND');
        await insertAudit(tx, actor, { ...deed, tenant, before, after });
      });
    },
    fleet: () => answered(() => database.withoutTenant(findFleet)),
    async changeFleet(change, expectedVersion, actor) {
      assertAuditable(actor, change.reason);
      return asAdmin(actor.id, (tx) => changeFleet(tx, change, expectedVersion, actor));
    },
    async keepMeters(readings) {
      for (let from = 0; from < readings.length; from += READINGS_PER_TRANSACTION) {
        const batch = readings.slice(from, from + READINGS_PER_TRANSACTION);
        await asAdmin(UPKEEP, (tx) => mergeMeters(tx, batch));
      }
    },
    closePeriods: (nowMs, max) => closePeriods(asAdmin, nowMs, max),
    // As the tenant itself, whoever asks: row level security shows what is its own.
    statements: (tenant, query) => asTenant(tenant, (tx) => listStatements(tx, tenant, query)),
    statement: (tenant, periodStartMs) => asTenant(tenant, (tx) => findStatement(tx, tenant, periodStartMs)),
    async openStatement(tenant, nowMs) {
      const found = await asTenant(tenant, (tx) => openStatement(tx, tenant, nowMs));
      if (!found) throw fail('TENANT_NOT_FOUND');
      return found;
    },
    allStatements: (span, query) => asAdmin(READER, (tx) => listAllStatements(tx, span, query)),
    statementsAfter(span, last, count) {
      const work = (tx: Tx) => statementsAfter(tx, span, last, count);
      return span.tenant === undefined ? asAdmin(READER, work) : asTenant(span.tenant, work);
    },
    leadership(name) {
      const leadership = new PostgresLeadership(options.adminUrl ?? options.url, name, LEADERSHIP_TIMEOUT_MS);
      leaderships.push(leadership);
      return leadership;
    },
    audit: (query) => asAdmin(READER, (tx) => listAudit(tx, query)),
    idempotency: options.adminUrl === undefined ? undefined : postgresIdempotency(asAdmin),
    apiKeys: postgresApiKeys(database, asAdmin),
    warmingRuns: options.adminUrl === undefined ? undefined : postgresWarmingRuns(asAdmin),
    watchlists: postgresWatchlists(asTenant, asAdmin),
    async close() {
      await Promise.all(leaderships.map((leadership) => leadership.close()));
      await database.close();
    },
  };
}
