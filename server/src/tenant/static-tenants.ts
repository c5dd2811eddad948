import { assertDeedOf } from '../core/audited-deed.js';
import type {
  Actor,
  AuditQuery,
  Deed,
  FleetChangeRequest,
  FleetRecord,
  MeterReading,
  NewTenant,
  OpenStatement,
  Page,
  PlanChangePage,
  PlanRecord,
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
import { assertOptionNames, invalidOption } from '../core/options.js';
import { sameSettings } from '../core/quota.js';
import type { StaticTenantsOptions } from '../core/static-tenants.js';
import { changedFacts, factsOf, type TenantFacts } from '../core/tenant-facts.js';
import type { TenantId } from '../core/tenant-id.js';
import { MemoryApiKeys } from './memory-api-keys.js';
import { MemoryAudit } from './memory-audit.js';
import { MemoryIdempotency } from './memory-idempotency.js';
import { StaticPeriods } from './static-periods.js';
import { DEFAULT_PLAN, StaticPlans } from './static-plans.js';
import { changedQuota, listedTenants, recordOf } from './static-record.js';
import { nextById, pageOf, sorted } from './tenant-list.js';

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
  /** Those with a quota of their own; the others have their plan's. */
  readonly #ownQuota = new Set<TenantId>();
  readonly #plans: StaticPlans;
  readonly #audit: MemoryAudit;
  readonly #periods = new StaticPeriods();
  readonly apiKeys = new MemoryApiKeys(
    (tenant) => this.#records.has(tenant),
    (actor, deed) => this.#audit.keep(actor, deed),
  );
  readonly idempotency = new MemoryIdempotency();
  #fleet: FleetRecord;
  /** Above all that a removed tenant had: who read of that one must not change another of its id. */
  #firstVersion = 1;

  constructor(options: StaticTenantsOptions) {
    assertOptionNames(WHERE, options, ['static', 'default', 'plans', 'fleet', 'maxAuditRows']);
    const { static: listed = {}, default: byDefault, plans = {}, maxAuditRows = 1_000 } = options;
    if (byDefault === undefined && options.static === undefined) {
      throw invalidOption(WHERE, 'neither static nor default', '{ static, default }, either or both');
    }
    if (!Number.isSafeInteger(maxAuditRows) || maxAuditRows < 1) {
      throw invalidOption(WHERE, `maxAuditRows: ${maxAuditRows}`, 'a whole number >= 1');
    }
    this.#audit = new MemoryAudit(maxAuditRows);
    assertOptionNames(`${WHERE}.fleet`, options.fleet ?? {}, Object.keys(DEFAULT_FLEET));
    this.#fleet = { ...changedFleet(DEFAULT_FLEET, options.fleet ?? {}), version: 1, changedAtMs: Date.now() };
    this.#plans = new StaticPlans(WHERE, plans, byDefault);
    for (const record of listedTenants(WHERE, listed)) {
      this.#records.set(record.tenantId, record);
      this.#ownQuota.add(record.tenantId);
    }
  }

  async find(tenant: TenantId): Promise<TenantRecord> {
    const record = this.#records.get(tenant);
    if (record) return record;
    const { default: settings } = this.#plans;
    if (!settings) throw fail('TENANT_NOT_FOUND', { todo: 'list the tenant, or give a default' });
    const facts = { name: tenant, plan: DEFAULT_PLAN, suspended: false };
    return { ...recordOf(tenant, facts, settings), known: false, version: 0, changedAtMs: 0 };
  }

  async list(query: TenantQuery): Promise<Page<TenantRecord>> {
    return pageOf(sorted([...this.#records.values()], query), query);
  }

  async changeQuota(
    tenant: TenantId,
    change: QuotaChangeRequest,
    expectedVersion: number,
    actor: Actor,
  ): Promise<TenantRecord> {
    const record = this.#current(tenant, expectedVersion);
    const changed = changedQuota(record, change.settings);
    this.#keepQuota(record, changed, change.reason, actor);
    return changed;
  }

  async create(tenant: NewTenant, reason: string, actor: Actor): Promise<TenantRecord> {
    const { tenantId: id } = tenant;
    const after = changedFacts(tenant, {});
    const record = { ...recordOf(id, after, this.#plans.of(after.plan)), version: this.#firstVersion };
    if (this.#records.has(id)) throw fail('TENANT_EXISTS');
    this.#records.set(id, record);
    this.#periods.begin(id);
    this.#audit.keep(actor, { tenantId: id, action: 'tenant', before: null, after: { ...after }, reason });
    return record;
  }

  async changeTenant(
    tenant: TenantId,
    { reason, ...change }: Partial<TenantFacts> & { readonly reason: string },
    expectedVersion: number,
    actor: Actor,
  ): Promise<TenantRecord> {
    const record = this.#current(tenant, expectedVersion);
    const before = factsOf(record);
    const after = changedFacts(before, change);
    let { settings } = record;
    if (after.plan !== before.plan) {
      const ofPlan = this.#plans.of(after.plan);
      if (!this.#ownQuota.has(tenant)) settings = ofPlan;
    }
    const changed = { ...record, ...after, settings, version: record.version + 1, changedAtMs: Date.now() };
    this.#records.set(tenant, changed);
    this.#audit.keep(actor, { tenantId: tenant, action: 'tenant', before: { ...before }, after: { ...after }, reason });
    return changed;
  }

  async remove(tenant: TenantId, expectedVersion: number, reason: string, actor: Actor): Promise<void> {
    const record = this.#current(tenant, expectedVersion);
    this.#audit.keepClosed(actor, this.#periods.end(record, Date.now()));
    this.#records.delete(tenant);
    this.#ownQuota.delete(tenant);
    this.apiKeys.removeTenant(tenant);
    this.#firstVersion = Math.max(this.#firstVersion, record.version + 1);
    const before = { ...factsOf(record) };
    this.#audit.keep(actor, { tenantId: tenant, action: 'tenant', before, after: null, reason });
  }

  async plans(): Promise<readonly PlanRecord[]> {
    return this.#plans.list([...this.#records.values()], (tenant) => this.#ownQuota.has(tenant));
  }

  async changePlanQuotas(
    plan: string,
    { settings, reason }: QuotaChangeRequest,
    page: { readonly after: TenantId | undefined; readonly count: number },
    actor: Actor,
  ): Promise<PlanChangePage> {
    this.#plans.of(plan);
    const looked = nextById([...this.#records.values()], plan, page);
    // All are looked at before the first is changed: settings that one of them cannot have change none.
    const changes = looked
      .map((before) => ({ before, after: changedQuota(before, settings) }))
      .filter(({ before, after }) => !sameSettings(before.settings, after.settings));
    for (const { before, after } of changes) this.#keepQuota(before, after, reason, actor);
    const next = looked.length < page.count ? undefined : looked.at(-1)?.tenantId;
    return { changed: changes.map(({ after }) => after), next };
  }

  async recordDeed(tenant: TenantId | null, deed: Deed, actor: Actor): Promise<void> {
    assertDeedOf(tenant, deed.action);
    if (tenant !== null) this.#known(tenant);
    this.#audit.keep(actor, { before: null, after: null, ...deed, tenantId: tenant });
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
    this.#audit.keepClosed(UPKEEP, closed);
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

  #current(tenant: TenantId, expectedVersion: number): TenantRecord {
    const record = this.#known(tenant);
    if (record.version !== expectedVersion) throw fail('PRECONDITION_FAILED');
    return record;
  }

  #keepQuota(before: TenantRecord, after: TenantRecord, reason: string, actor: Actor): void {
    const { tenantId } = after;
    this.#records.set(tenantId, after);
    this.#ownQuota.add(tenantId);
    this.#audit.keep(actor, { tenantId, action: 'quota', before: before.settings, after: after.settings, reason });
  }
}
