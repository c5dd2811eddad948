import type {
  Actor,
  AuditQuery,
  FleetChangeRequest,
  FleetRecord,
  MeterReading,
  OpenStatement,
  Page,
  QuotaChange,
  QuotaChangeRequest,
  Statement,
  StatementSpan,
  TenantDirectory,
  TenantQuery,
  TenantRecord,
} from '../core/directory.js';
import { fail } from '../core/errors.js';
import { changedFleet, DEFAULT_FLEET } from '../core/fleet.js';
import { l1Policy } from '../core/l1-options.js';
import { assertOptionNames, invalidOption } from '../core/options.js';
import type { TenantSettings } from '../core/quota.js';
import type { StaticTenantsOptions } from '../core/static-tenants.js';
import { type TenantId, tenantId } from '../core/tenant-id.js';
import { MemoryAudit } from './memory-audit.js';
import { completeSettings, SETTING_NAMES } from './settings.js';
import { StaticPeriods } from './static-periods.js';
import { pageOf, sorted } from './tenant-list.js';

const WHERE = 'tenants';
const UPKEEP: Actor = { id: 'system:upkeep', source: 'system' };

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
  readonly #audit: MemoryAudit;
  readonly #periods = new StaticPeriods();
  #fleet: FleetRecord;

  constructor(options: StaticTenantsOptions) {
    assertOptionNames(WHERE, options, ['static', 'default', 'fleet', 'maxAuditRows']);
    const { static: listed = {}, default: byDefault, maxAuditRows = 1_000 } = options;
    if (byDefault === undefined && options.static === undefined) {
      throw invalidOption(WHERE, 'neither static nor default', '{ static, default }, either or both');
    }
    if (!Number.isSafeInteger(maxAuditRows) || maxAuditRows < 1) {
      throw invalidOption(WHERE, `maxAuditRows: ${maxAuditRows}`, 'a whole number >= 1');
    }
    this.#audit = new MemoryAudit(maxAuditRows);
    assertOptionNames(`${WHERE}.fleet`, options.fleet ?? {}, Object.keys(DEFAULT_FLEET));
    this.#fleet = { ...changedFleet(DEFAULT_FLEET, options.fleet ?? {}), version: 1, changedAtMs: Date.now() };
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
    this.#audit.keep(actor, { tenantId: tenant, action: 'quota', before: record.settings, after, reason });
    return changed;
  }

  async recordClear(tenant: TenantId, reason: string, actor: Actor): Promise<void> {
    this.#known(tenant);
    this.#audit.keep(actor, { tenantId: tenant, action: 'clear', before: null, after: null, reason });
  }

  async recordReconcile(tenant: TenantId, reason: string, actor: Actor): Promise<void> {
    this.#known(tenant);
    this.#audit.keep(actor, { tenantId: tenant, action: 'reconcile', before: null, after: null, reason });
  }

  async fleet(): Promise<FleetRecord> {
    return this.#fleet;
  }

  async changeFleet({ settings, reason }: FleetChangeRequest, expectedVersion: number, actor: Actor) {
    const { version, changedAtMs: _changedAtMs, ...before } = this.#fleet;
    if (version !== expectedVersion) throw fail('PRECONDITION_FAILED');
    const after = changedFleet(before, settings);
    this.#fleet = { ...after, version: version + 1, changedAtMs: Date.now() };
    this.#audit.keep(actor, { tenantId: null, action: 'fleet', before, after, reason });
    return this.#fleet;
  }

  async keepMeters(readings: readonly MeterReading[]): Promise<void> {
    this.#periods.keep(readings.filter(({ tenantId }) => this.#records.has(tenantId)));
  }

  async closePeriods(nowMs: number, max: number): Promise<readonly Statement[]> {
    const closed = this.#periods.close(this.#records.values(), nowMs, max);
    for (const { tenantId, periodStart, periodEnd } of closed) {
      const reason = `period ${periodStart} to ${periodEnd} closed`;
      this.#audit.keep(UPKEEP, { tenantId, action: 'reset', before: null, after: null, reason });
    }
    return closed;
  }

  async statements(tenant: TenantId, query: { page: number; pageSize: number }): Promise<Page<Statement>> {
    return this.#periods.list(tenant, query);
  }

  async statement(tenant: TenantId, periodStartMs: number): Promise<Statement | undefined> {
    return this.#periods.find(tenant, periodStartMs);
  }

  async openStatement(tenant: TenantId, nowMs: number): Promise<OpenStatement> {
    return this.#periods.open(this.#known(tenant), nowMs);
  }

  async allStatements(span: StatementSpan, query: { page: number; pageSize: number }): Promise<Page<Statement>> {
    return pageOf(this.#periods.all(span), query);
  }

  async statementsAfter(
    span: StatementSpan & { readonly tenant?: TenantId | undefined },
    last: Statement | undefined,
    count: number,
  ): Promise<readonly Statement[]> {
    return this.#periods.all(span, last).slice(0, count);
  }

  async audit(query: AuditQuery): Promise<Page<QuotaChange>> {
    return this.#audit.list(query);
  }

  async close(): Promise<void> {}

  #known(tenant: TenantId): TenantRecord {
    const record = this.#records.get(tenant);
    if (!record) throw fail('TENANT_NOT_FOUND');
    return record;
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
