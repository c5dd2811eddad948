import type { Actor, Page } from './actor.js';
import type { ApiKeyStore } from './api-keys.js';
import type { IdempotencyStore } from './idempotency.js';
import type { L1Policy } from './l1-options.js';
import type { PlanPrices } from './pricing.js';
import type { Enforcement, TenantSettings } from './quota.js';
import type { MeterReading, OpenStatement, Statement, StatementSpan } from './statement.js';
import type { TenantId } from './tenant-id.js';
import type { Leadership } from './upkeep.js';
import type { WarmingRunStore, WatchlistStore } from './warming.js';

export type { Actor, Page } from './actor.js';
export type { MeterReading, OpenStatement, Statement, StatementSpan } from './statement.js';

/** A tenant as the directory knows it. `version` grows by one with each change, of its quota or of itself, and is the ETag. */
export interface TenantRecord {
  readonly tenantId: TenantId;
  readonly name: string;
  readonly plan: string;
  readonly settings: Required<TenantSettings>;
  readonly suspended: boolean;
  /** False for the default that a source gives to a tenant it does not know. */
  readonly known: boolean;
  readonly version: number;
  readonly changedAtMs: number;
  /** Only where the directory knows one; else what `l1.policy` says. */
  readonly l1Policy?: L1Policy;
}

/** Who a tenant is. An unknown tenant gets the source's default record, never a quota of 0. */
export interface TenantSource {
  find(tenant: TenantId): Promise<TenantRecord>;
}

export interface TenantQuery {
  search?: string;
  /** On this plan only. */
  plan?: string;
  sort?: 'name' | 'quota' | 'usage' | 'changed';
  order?: 'asc' | 'desc';
  page: number;
  pageSize: number;
}

/** A partial change of settings, with the reason that the audit keeps. */
export interface QuotaChangeRequest {
  readonly settings: Partial<TenantSettings>;
  readonly reason: string;
}

/** What holds for all tenants, switchable while everything runs. */
export interface FleetSettings {
  /**
   * Share of the tenants, 0 to 100, whose own enforcement holds; by a stable hash of the id, so that a greater share only
   * adds tenants. Default 100.
   */
  readonly enforcedPercentage: number;
  /** What holds for the others at most: a tenant whose own enforcement is weaker keeps it. Default `observe`. */
  readonly enforcementOfOthers: Exclude<Enforcement, 'hard'>;
  /** The kill switch: no process reads or writes entries in the shared store. Default false. */
  readonly sharedStoreBypassed: boolean;
}

export interface FleetRecord extends FleetSettings {
  readonly version: number;
  readonly changedAtMs: number;
}

export interface FleetChangeRequest {
  readonly settings: Partial<FleetSettings>;
  readonly reason: string;
}

/** What a tenant is made of, besides its quota. */
export interface NewTenant {
  readonly tenantId: TenantId;
  /** 1 to 200 characters. */
  readonly name: string;
  /** Its quota until it has one of its own. */
  readonly plan: string;
  readonly suspended: boolean;
}

/** A plan as tenants are given it. */
export interface PlanRecord {
  readonly name: string;
  readonly settings: Required<TenantSettings>;
  readonly isDefault: boolean;
  /** Tenants on it. */
  readonly tenants: number;
  /** Of them, those with a quota of their own, which the plan's does not change. */
  readonly tenantsWithOwnQuota: number;
  readonly prices: PlanPrices | null;
}

/** One page of a change of many tenants: what each of them has now. */
export interface PlanChangePage {
  readonly changed: readonly TenantRecord[];
  /** The last tenant looked at, to go on from; undefined: this was the last page. */
  readonly next: TenantId | undefined;
}

/** What is written to the audit by itself, of a change that is made elsewhere than in the directory. */
export interface Deed {
  readonly action: AuditedAction;
  readonly reason: string;
  readonly before?: AuditedState | null;
  readonly after?: AuditedState | null;
}

/** What the audit shows of something before and after a change; of alerts and webhooks, facts by name. */
export type AuditedState = Required<TenantSettings> | FleetSettings | Readonly<Record<string, unknown>>;

export const AUDITED_ACTIONS = [
  'quota',
  'clear',
  'fleet',
  'reset',
  'reconcile',
  'alert-rules',
  'alert',
  'webhook',
  'tenant',
  'invalidate',
  'entry',
  'api-key',
  'shared',
  'warming',
  'view',
] as const;
export type AuditedAction = (typeof AUDITED_ACTIONS)[number];

/** What is done to no tenant's data, and audited under none. */
export const PLATFORM_ACTIONS = ['shared', 'warming'] as const satisfies readonly AuditedAction[];

/** One row of the audit; append-only. */
export interface QuotaChange {
  readonly id: string;
  /** Null where it concerns all tenants. */
  readonly tenantId: TenantId | null;
  readonly at: string;
  readonly actor: string;
  readonly onBehalfOf: string | null;
  readonly source: string;
  /** Where the request came from, without a mask; null where that is not known. */
  readonly ip: string | null;
  readonly action: AuditedAction;
  readonly before: AuditedState | null;
  readonly after: AuditedState | null;
  readonly reason: string;
}

export interface AuditQuery {
  tenant?: TenantId;
  actor?: string;
  action?: AuditedAction;
  source?: Actor['source'];
  /** Milliseconds since 1970; `untilMs` is not part of it. */
  fromMs?: number;
  untilMs?: number;
  page: number;
  pageSize: number;
}

/** What an admin may do with tenants, beyond looking one up. Every change leaves an audit row in the same transaction. */
export interface TenantDirectory extends TenantSource {
  list(query: TenantQuery): Promise<Page<TenantRecord>>;
  /** @throws TenantCacheError `TENANT_NOT_FOUND`, `PRECONDITION_FAILED` where `expectedVersion` is not the present one */
  changeQuota(
    tenant: TenantId,
    change: QuotaChangeRequest,
    expectedVersion: number,
    actor: Actor,
  ): Promise<TenantRecord>;
  /** @throws TenantCacheError `TENANT_EXISTS`, `PLAN_NOT_FOUND`, `REQUEST_INVALID` for a name that cannot be kept */
  create(tenant: NewTenant, reason: string, actor: Actor): Promise<TenantRecord>;
  /** @throws TenantCacheError `TENANT_NOT_FOUND`, `PLAN_NOT_FOUND`, `PRECONDITION_FAILED` */
  changeTenant(
    tenant: TenantId,
    change: Partial<Omit<NewTenant, 'tenantId'>> & { readonly reason: string },
    expectedVersion: number,
    actor: Actor,
  ): Promise<TenantRecord>;
  /**
   * Forgets a tenant with all that the directory keeps of it but its audit and its closed statements. The period under way
   * is closed at this moment: what was used is owed. A second call finds nothing and is `TENANT_NOT_FOUND`. A tenant that is
   * made anew under the same id has versions above all that the removed one had.
   * @throws TenantCacheError `TENANT_NOT_FOUND`, `PRECONDITION_FAILED`
   */
  remove(tenant: TenantId, expectedVersion: number, reason: string, actor: Actor): Promise<void>;
  plans(): Promise<readonly PlanRecord[]>;
  /**
   * Gives tenants of a plan, in the order of their ids and `count` at most, these settings as quotas of their own, each
   * with its audit row, all in one transaction. Those that have them already are left as they are.
   * @throws TenantCacheError `PLAN_NOT_FOUND`, `REQUEST_INVALID`
   */
  changePlanQuotas(
    plan: string,
    change: QuotaChangeRequest,
    page: { readonly after: TenantId | undefined; readonly count: number },
    actor: Actor,
  ): Promise<PlanChangePage>;
  /**
   * @param tenant null: a deed of the platform, whose action is one of `PLATFORM_ACTIONS`, which no tenant has
   * @throws TenantCacheError `TENANT_NOT_FOUND`, `REQUEST_INVALID` for an action of the other sort
   */
  recordDeed(tenant: TenantId | null, deed: Deed, actor: Actor): Promise<void>;
  /** Undefined: it keeps no API keys. */
  readonly apiKeys?: ApiKeyStore | undefined;
  /** Undefined: the memory of the process keeps them, and the shared store says who may begin one. */
  readonly warmingRuns?: WarmingRunStore | undefined;
  /** Undefined: the memory of the process keeps them. */
  readonly watchlists?: WatchlistStore | undefined;
  /** Undefined: it cannot say which requests have run, and `Idempotency-Key` is not looked at. */
  readonly idempotency?: IdempotencyStore | undefined;
  fleet(): Promise<FleetRecord>;
  /** @throws TenantCacheError `PRECONDITION_FAILED` where `expectedVersion` is not the present one */
  changeFleet(change: FleetChangeRequest, expectedVersion: number, actor: Actor): Promise<FleetRecord>;
  /** Keeps what statements are made of. Readings are cumulative, so that one that comes twice, or late, changes nothing. */
  keepMeters(readings: readonly MeterReading[]): Promise<void>;
  /**
   * Closes periods whose end has come, a bounded number of them, each in a transaction with its statement and its audit
   * row: two that do it at once, or one that is killed, leave each period closed once. Returns those that this call closed.
   */
  closePeriods(nowMs: number, max: number): Promise<readonly Statement[]>;
  /** Newest first. */
  statements(tenant: TenantId, query: { page: number; pageSize: number }): Promise<Page<Statement>>;
  /** Of the period that began then; undefined where none is closed. */
  statement(tenant: TenantId, periodStartMs: number): Promise<Statement | undefined>;
  /** @throws TenantCacheError `TENANT_NOT_FOUND` */
  openStatement(tenant: TenantId, nowMs: number): Promise<OpenStatement>;
  /** Of all tenants: by the end of their periods, then by tenant. */
  allStatements(span: StatementSpan, query: { page: number; pageSize: number }): Promise<Page<Statement>>;
  /** The same order, of one tenant or of all: the first `count` after `last`. For who reads many, while others are added. */
  statementsAfter(
    span: StatementSpan & { readonly tenant?: TenantId | undefined },
    last: Statement | undefined,
    count: number,
  ): Promise<readonly Statement[]>;
  /** Who does what one process should do; omitted: the shared store decides. */
  readonly leadership?: ((name: string) => Leadership) | undefined;
  audit(query: AuditQuery): Promise<Page<QuotaChange>>;
  close(): Promise<void>;
}
