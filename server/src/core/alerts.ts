import type { Alert, AlertKind } from './alert.js';
import type { AlertRules, RuleKind } from './alert-rules.js';
import type { Actor, Page } from './directory.js';
import type { TenantId } from './tenant-id.js';
import type { WebhookStore } from './webhooks.js';

/** What an alert is about; of each at most one is raised at a time. */
export interface AlertSubject {
  readonly tenantId: TenantId;
  readonly kind: RuleKind;
  readonly threshold: number;
}

/** What an evaluation found: a threshold passed, or come back from. `value` in the unit of the threshold. */
export interface AlertTransition extends AlertSubject {
  readonly to: 'raised' | 'resolved';
  readonly value: number;
  /** Of the figures, in milliseconds since 1970. */
  readonly atMs: number;
}

export interface AlertQuery {
  readonly tenant?: TenantId | undefined;
  /** `open`: not resolved. Default both. */
  readonly state?: 'open' | 'resolved' | undefined;
  readonly kind?: AlertKind | undefined;
  readonly page: number;
  readonly pageSize: number;
}

/** A tenant's rules; version 0: the defaults, nobody changed them. */
export interface AlertRulesRecord {
  readonly tenantId: TenantId;
  readonly rules: AlertRules;
  readonly version: number;
  readonly changedAtMs: number;
}

/** A page by tenant id; of a tenant all or none. `next` undefined: this was the last. */
export interface TenantPage<T> {
  readonly items: readonly T[];
  readonly next: TenantId | undefined;
}

/**
 * Where alerts are kept. Rejects with `DIRECTORY_UNAVAILABLE` where it does not answer; whatever was sent then may be sent
 * again.
 */
export interface AlertStore {
  /**
   * Takes transitions in their order, each only where it changes something: raised where it was not, resolved where it was
   * raised, and later than the last change. Returns those, so that of all processes that found the same one hears of it.
   * In the same step it queues what webhooks are to be told.
   */
  change(transitions: readonly AlertTransition[]): Promise<readonly AlertTransition[]>;
  /** What is raised. */
  raised(after: TenantId | undefined, count: number): Promise<TenantPage<AlertSubject>>;
  /** Rules that somebody changed. */
  changedRules(after: TenantId | undefined, count: number): Promise<TenantPage<AlertRulesRecord>>;
  rules(tenant: TenantId): Promise<AlertRulesRecord>;
  /** With its audit row, both or neither. @throws TenantCacheError `PRECONDITION_FAILED` */
  changeRules(
    tenant: TenantId,
    change: { readonly rules: AlertRules; readonly reason: string },
    expectedVersion: number,
    actor: Actor,
  ): Promise<AlertRulesRecord>;
  /** Newest first. */
  alerts(query: AlertQuery): Promise<Page<Alert>>;
  /**
   * With its audit row; one that was acknowledged stays as it was.
   * @throws TenantCacheError `ALERT_NOT_FOUND`
   */
  acknowledge(id: string, reason: string, actor: Actor): Promise<Alert>;
  readonly webhooks: WebhookStore;
}
