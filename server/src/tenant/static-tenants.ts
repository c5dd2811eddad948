import { randomUUID } from 'node:crypto';
import type {
  Actor,
  AuditQuery,
  Page,
  QuotaChange,
  QuotaChangeRequest,
  TenantDirectory,
  TenantQuery,
  TenantRecord,
} from '../core/directory.js';
import { fail } from '../core/errors.js';
import { l1Policy } from '../core/l1-options.js';
import { assertOptionNames, invalidOption } from '../core/options.js';
import type { TenantSettings } from '../core/quota.js';
import type { StaticTenantsOptions } from '../core/static-tenants.js';
import { type TenantId, tenantId } from '../core/tenant-id.js';
import { completeSettings, SETTING_NAMES } from './settings.js';
import { pageOf, sorted } from './tenant-list.js';

const WHERE = 'tenants';

/**
 * Tenants from configuration, in the memory of this process: changes are lost with it and reach no other process.
 * Knows no usage, so `sort: 'usage'` sorts by name.
 * @throws TenantCacheError `OPTION_INVALID` or `TENANT_INVALID` at construction
 */
export function staticTenants(options: StaticTenantsOptions): TenantDirectory {
  return new StaticTenants(options);
}

class StaticTenants implements TenantDirectory {
  readonly #records = new Map<TenantId, TenantRecord>();
  readonly #default: Required<TenantSettings> | undefined;
  readonly #audit: QuotaChange[] = [];
  readonly #maxAuditRows: number;

  constructor(options: StaticTenantsOptions) {
    assertOptionNames(WHERE, options, ['static', 'default', 'maxAuditRows']);
    const { static: listed = {}, default: byDefault, maxAuditRows = 1_000 } = options;
    if (byDefault === undefined && options.static === undefined) {
      throw invalidOption(WHERE, 'neither static nor default', '{ static, default }, either or both');
    }
    if (!Number.isSafeInteger(maxAuditRows) || maxAuditRows < 1) {
      throw invalidOption(WHERE, `maxAuditRows: ${maxAuditRows}`, 'a whole number >= 1');
    }
    this.#maxAuditRows = maxAuditRows;
    this.#default = byDefault && completeSettings(`${WHERE}.default`, byDefault);
    for (const [id, configured] of Object.entries(listed)) {
      const tenant = tenantId(id);
      const where = `${WHERE}.static.${tenant}`;
      assertOptionNames(where, configured, [...SETTING_NAMES, 'name', 'plan', 'suspended', 'l1Policy']);
      const { name = id, plan = 'static', suspended = false, l1Policy: policy, ...settings } = configured;
      if (typeof suspended !== 'boolean') throw invalidOption(where, `suspended: ${typeof suspended}`, 'true, false');
      const record = recordOf(tenant, String(name), String(plan), suspended, completeSettings(where, settings));
      this.#records.set(
        tenant,
        policy === undefined ? record : { ...record, l1Policy: l1Policy(where, 'l1Policy', policy) },
      );
    }
  }

  async find(tenant: TenantId): Promise<TenantRecord> {
    const record = this.#records.get(tenant);
    if (record) return record;
    if (!this.#default) throw fail('TENANT_NOT_FOUND', { todo: 'list the tenant, or give a default' });
    return { ...recordOf(tenant, tenant, 'default', false, this.#default), known: false, version: 0, changedAtMs: 0 };
  }

  async list(query: TenantQuery): Promise<Page<TenantRecord>> {
    return pageOf(sorted([...this.#records.values()], query), query);
  }

  async changeQuota(
    tenant: TenantId,
    { settings, reason }: QuotaChangeRequest,
    expectedVersion: number,
    actor: Actor,
  ): Promise<TenantRecord> {
    const record = this.#known(tenant);
    if (record.version !== expectedVersion) throw fail('PRECONDITION_FAILED');
    const after = completeSettings('changeQuota()', { ...record.settings, ...settings });
    const changed = { ...record, settings: after, version: record.version + 1, changedAtMs: Date.now() };
    this.#records.set(tenant, changed);
    this.#keep(tenant, 'quota', reason, actor, record.settings, after);
    return changed;
  }

  async recordClear(tenant: TenantId, reason: string, actor: Actor): Promise<void> {
    this.#known(tenant);
    this.#keep(tenant, 'clear', reason, actor, null, null);
  }

  async audit(query: AuditQuery): Promise<Page<QuotaChange>> {
    const rows = this.#audit.filter(
      (row) =>
        (query.tenant === undefined || row.tenantId === query.tenant) &&
        (query.actor === undefined || row.actor === query.actor),
    );
    return pageOf(rows, query);
  }

  async close(): Promise<void> {}

  #known(tenant: TenantId): TenantRecord {
    const record = this.#records.get(tenant);
    if (!record) throw fail('TENANT_NOT_FOUND');
    return record;
  }

  #keep(
    tenant: TenantId,
    action: QuotaChange['action'],
    reason: string,
    actor: Actor,
    before: Required<TenantSettings> | null,
    after: Required<TenantSettings> | null,
  ): void {
    const { id: by, source, onBehalfOf = null } = actor;
    const at = new Date().toISOString();
    this.#audit.unshift({
      id: randomUUID(),
      tenantId: tenant,
      at,
      actor: by,
      onBehalfOf,
      source,
      action,
      before,
      after,
      reason,
    });
    this.#audit.length = Math.min(this.#audit.length, this.#maxAuditRows);
  }
}

function recordOf(
  tenant: TenantId,
  name: string,
  plan: string,
  suspended: boolean,
  settings: Required<TenantSettings>,
): TenantRecord {
  return { tenantId: tenant, name, plan, settings, suspended, known: true, version: 1, changedAtMs: Date.now() };
}
