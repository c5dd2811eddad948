import type { StoreMeters } from './contracts.js';
import type { L1Policy } from './l1-options.js';
import type { Bill } from './pricing.js';
import type { Enforcement, TenantSettings } from './quota.js';
import type { TenantId } from './tenant-id.js';
import type { Leadership } from './upkeep.js';

/** A tenant as the directory knows it. `version` grows by one with each change and is the ETag of its quota. */
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

export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
}

export interface TenantQuery {
  search?: string;
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

/** Who changes something, as the audit keeps it. */
export interface Actor {
  readonly id: string;
  readonly onBehalfOf?: string;
  readonly source: 'api' | 'dashboard' | 'system';
  readonly ip?: string;
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

/** What the shared store said of a tenant's use over time. */
export interface MeterReading {
  readonly tenantId: TenantId;
  /** When it was read, in milliseconds since 1970. */
  readonly atMs: number;
  readonly usedBytes: number;
  readonly meters: StoreMeters;
}

/** The closed figures of one tenant and period; never changed again. Bytes, and bytes x milliseconds. */
export interface Statement {
  readonly tenantId: TenantId;
  /** ISO times; the end is not part of the period. */
  readonly periodStart: string;
  readonly periodEnd: string;
  readonly closedAt: string;
  readonly quotaBytes: number;
  readonly peakBytes: number;
  readonly byteMs: number;
  readonly overageByteMs: number;
  readonly timesExceeded: number;
  readonly requests: number;
  readonly bytesServed: number;
  readonly bytesWritten: number;
  /** Null where nothing is charged for: the directory knows no prices, or knew none when the period was closed. */
  readonly bill: Bill | null;
}

/** What the period under way would be closed with now; `periodEnd` is yet to come. */
export interface OpenStatement extends Omit<Statement, 'closedAt'> {
  readonly open: true;
  /** When the meters were last read, at the earliest the start of the period. */
  readonly asOf: string;
}

/** Periods that ended after `afterMs` and not after `untilMs`: those of a month are within one such span, and in no other. */
export interface StatementSpan {
  readonly afterMs?: number | undefined;
  readonly untilMs?: number | undefined;
}

/** What the audit shows of something before and after a change; of alerts and webhooks, facts by name. */
export type AuditedState = Required<TenantSettings> | FleetSettings | Readonly<Record<string, unknown>>;

/** One row of the audit; append-only. */
export interface QuotaChange {
  readonly id: string;
  /** Null where it concerns all tenants. */
  readonly tenantId: TenantId | null;
  readonly at: string;
  readonly actor: string;
  readonly onBehalfOf: string | null;
  readonly source: string;
  readonly action: 'quota' | 'clear' | 'fleet' | 'reset' | 'reconcile' | 'alert-rules' | 'alert' | 'webhook';
  readonly before: AuditedState | null;
  readonly after: AuditedState | null;
  readonly reason: string;
}

export interface AuditQuery {
  tenant?: TenantId;
  actor?: string;
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
  recordClear(tenant: TenantId, reason: string, actor: Actor): Promise<void>;
  recordReconcile(tenant: TenantId, reason: string, actor: Actor): Promise<void>;
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
