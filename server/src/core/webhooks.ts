import { randomBytes } from 'node:crypto';
import type { Alert } from './alert.js';
import type { Actor, Page } from './directory.js';
import type { TenantId } from './tenant-id.js';

export const WEBHOOK_EVENTS = ['alert.raised', 'alert.resolved'] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];
/** A ping is sent on demand, to a webhook that is switched off too. */
export type DeliveryType = WebhookEvent | 'ping';

/** Of one tenant, and as many for the whole fleet. */
export const MAX_WEBHOOKS = 10;
export const MAX_ATTEMPTS = 8;
/** Deliveries given up in a row that switch a webhook off. */
export const MAX_FAILURES_IN_A_ROW = 20;

/** Where a tenant's alerts are sent to; `tenantId` null: those of all tenants. Never holds the secret. ISO times. */
export interface Webhook {
  readonly id: string;
  readonly tenantId: TenantId | null;
  /** May hold a secret of the receiver's in its path: not for logs. */
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly active: boolean;
  /** Deliveries given up since the last that arrived. */
  readonly failuresInARow: number;
  /** When failures switched it off; null where none did. */
  readonly disabledAt: string | null;
  readonly version: number;
  readonly createdAt: string;
}

export type DeliveryState = 'pending' | 'delivered' | 'gave-up';

/** Why an attempt failed: a class, never what the receiver said. */
export const DELIVERY_ERRORS = [
  'status',
  'redirect',
  'timeout',
  'address-refused',
  'name-not-found',
  'connection',
  'tls',
  'response-too-large',
  'url-refused',
] as const;
export type DeliveryError = (typeof DELIVERY_ERRORS)[number];

/** One message to one webhook, and what became of its attempts. */
export interface Delivery {
  readonly id: string;
  readonly webhookId: string;
  readonly type: DeliveryType;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly createdAt: string;
  /** While it is pending. */
  readonly nextAttemptAt: string | null;
  readonly deliveredAt: string | null;
  /** Of the last attempt; null before there was one, or where it had no answer. */
  readonly status: number | null;
  readonly error: DeliveryError | null;
  readonly durationMs: number | null;
}

/** One attempt that this process is to make. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly webhookId: string;
  readonly attempt: number;
  /** What tells this attempt from one that another makes after this claim has run out. */
  readonly claim: string;
  readonly url: string;
  readonly secret: string;
  readonly body: string;
}

/** What an attempt came to. */
export interface AttemptOutcome {
  readonly ok: boolean;
  readonly status: number | null;
  readonly error: DeliveryError | null;
  readonly durationMs: number;
  /** To the next attempt; undefined: there is none. */
  readonly retryInMs: number | undefined;
}

export interface NewWebhook {
  readonly tenantId: TenantId | null;
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly active: boolean;
}

export type WebhookChange = Partial<Omit<NewWebhook, 'tenantId'>>;

/** What is disabled by an attempt's outcome, for the event. */
export interface SettledDelivery {
  /** False: the claim had run out, and another's outcome holds. */
  readonly kept: boolean;
  readonly disabled: { readonly tenantId: TenantId | null; readonly failures: number } | undefined;
}

/**
 * Webhooks, and the queue of what is sent to them. Whoever changes something leaves an audit row in the same transaction,
 * which names the webhook's host and neither its path nor its secret.
 */
export interface WebhookStore {
  /** Oldest first. `tenant` null: those of the fleet; undefined: all. */
  list(query: { tenant?: TenantId | null | undefined; page: number; pageSize: number }): Promise<Page<Webhook>>;
  /** @throws TenantCacheError `WEBHOOK_NOT_FOUND` */
  find(id: string): Promise<Webhook>;
  /** @throws TenantCacheError `REQUEST_INVALID` above `MAX_WEBHOOKS` */
  create(webhook: NewWebhook, secret: string, reason: string, actor: Actor): Promise<Webhook>;
  /**
   * Switching it on again forgets its failures and resolves the alert about them.
   * @throws TenantCacheError `WEBHOOK_NOT_FOUND`, `PRECONDITION_FAILED`
   */
  change(id: string, change: WebhookChange, expectedVersion: number, reason: string, actor: Actor): Promise<Webhook>;
  /** The next attempt is signed with the new secret. @throws TenantCacheError `WEBHOOK_NOT_FOUND` */
  rotate(id: string, secret: string, reason: string, actor: Actor): Promise<Webhook>;
  /** With its deliveries. @throws TenantCacheError `WEBHOOK_NOT_FOUND` */
  remove(id: string, reason: string, actor: Actor): Promise<void>;
  /** Newest first. @throws TenantCacheError `WEBHOOK_NOT_FOUND` */
  deliveries(
    id: string,
    query: { state?: DeliveryState | undefined; page: number; pageSize: number },
  ): Promise<Page<Delivery>>;
  /** @throws TenantCacheError `WEBHOOK_NOT_FOUND` */
  ping(id: string, reason: string, actor: Actor): Promise<Delivery>;
  /** Sends the same body under the same id again, from the first attempt on. @throws TenantCacheError `WEBHOOK_NOT_FOUND` */
  replay(deliveryId: string, reason: string, actor: Actor): Promise<Delivery>;
  /**
   * Takes attempts that are due, at most two of a webhook, so that a slow one leaves room for the others. Nobody else gets
   * them for `leaseMs`; whoever is killed meanwhile leaves them to the next.
   */
  claim(max: number, leaseMs: number): Promise<readonly ClaimedDelivery[]>;
  settle(claimed: ClaimedDelivery, outcome: AttemptOutcome): Promise<SettledDelivery>;
  /** Drops deliveries that ended longer ago than this, a bounded number; returns how many. */
  tidy(olderThanMs: number): Promise<number>;
}

/** 256 bits, in a form that says what it is. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64url')}`;
}

/** What is sent; the same text in every attempt. */
export function webhookBody(
  id: string,
  type: DeliveryType,
  tenantId: TenantId | null,
  alert: Alert | null,
  createdAt: string,
): string {
  return JSON.stringify({ id, type, tenantId, alert: alert && alertBody(alert, type), createdAt });
}

/** Without who acknowledged it, which is nobody's outside. */
function alertBody({ id, kind, threshold, value, raisedAt, resolvedAt, resolvedValue }: Alert, type: DeliveryType) {
  const raised = { id, kind, threshold, value, raisedAt };
  return type === 'alert.resolved' ? { ...raised, resolvedAt, resolvedValue } : raised;
}

/** What the audit says of a message that somebody asked for. */
export function auditedDelivery(
  { id, url }: Pick<Webhook, 'id' | 'url'>,
  deed: { ping: string } | { replayed: string },
) {
  return { webhook: id, host: new URL(url).host, ...deed };
}

/** What the audit says of a webhook: enough to know it by, and nothing that opens a door. */
export function auditedWebhook({ id, url, events, active }: Pick<Webhook, 'id' | 'url' | 'events' | 'active'>) {
  return { webhook: id, host: new URL(url).host, events, active };
}
