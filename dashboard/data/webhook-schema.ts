import { z } from 'zod';

export const WEBHOOK_EVENTS = ['alert.raised', 'alert.resolved'] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

export const DELIVERY_STATES = ['pending', 'delivered', 'gave-up'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Why an attempt failed: a class, never what the receiver said. */
export type DeliveryError =
  | 'status'
  | 'redirect'
  | 'timeout'
  | 'address-refused'
  | 'url-refused'
  | 'name-not-found'
  | 'connection'
  | 'tls'
  | 'response-too-large';

/** One message to one webhook and what became of it. ISO times. */
export interface Delivery {
  readonly id: string;
  readonly webhookId: string;
  readonly type: WebhookEvent | 'ping';
  readonly state: DeliveryState;
  /** With the one that is under way. */
  readonly attempts: number;
  /** An attempt is being made; status and error are still those of the one before. */
  readonly underWay: boolean;
  readonly createdAt: string;
  /** While it is pending and no attempt is under way. */
  readonly nextAttemptAt: string | null;
  readonly deliveredAt: string | null;
  /** Of the last attempt; null before there was one, or where it had no answer. */
  readonly status: number | null;
  readonly error: DeliveryError | null;
  readonly durationMs: number | null;
}

export interface Webhook {
  readonly id: string;
  /** Null: it hears of all tenants. */
  readonly tenantId: string | null;
  readonly tenantName: string | null;
  /** Scheme, host and port: with many receivers the path is what opens them. */
  readonly origin: string;
  readonly events: readonly WebhookEvent[];
  readonly active: boolean;
  readonly failuresInARow: number;
  /** When failures switched it off. */
  readonly disabledAt: string | null;
  readonly version: number;
  readonly createdAt: string;
}

export type LastDelivery = Pick<
  Delivery,
  'state' | 'status' | 'error' | 'createdAt' | 'attempts' | 'underWay' | 'nextAttemptAt' | 'durationMs'
>;

export interface ListedWebhook extends Webhook {
  readonly last: LastDelivery | null;
}

export interface WebhooksReading {
  readonly items: readonly ListedWebhook[];
  readonly total: number;
  readonly counts: { readonly all: number; readonly fleet: number; readonly stopped: number };
  readonly readAtMs: number;
}

export interface WebhookReading {
  readonly webhook: Webhook;
  /** With its path, for admins only. */
  readonly url: string | null;
  readonly deliveries: readonly Delivery[];
  readonly total: number;
  readonly readAtMs: number;
}

/** The newest deliveries of all webhooks, and how those of the present UTC day went. */
export interface DeliveriesReading {
  readonly items: readonly (Delivery & { readonly origin: string })[];
  readonly today: { readonly all: number; readonly failed: number };
  readonly webhooks: number;
  readonly readAtMs: number;
}

const URL_MAX = 2_048;
/** The API judges the address; here it only has to be text of a length that can be one. */
const url = z.string().trim().min(1).max(URL_MAX);
const events = z.array(z.enum(WEBHOOK_EVENTS)).max(WEBHOOK_EVENTS.length);

export const NEW_WEBHOOK = z.object({ tenantId: z.string().max(64).nullable(), url, events });
export type NewWebhook = z.infer<typeof NEW_WEBHOOK>;
export const WEBHOOK_CHANGE = z.object({ url, events, active: z.boolean() }).partial();
export type WebhookChange = z.infer<typeof WEBHOOK_CHANGE>;

/** The answers that show a secret; they are the only ones. */
export const WEBHOOK_SECRET = z.object({ id: z.string(), secret: z.string().nullable() });
