import type { Alert } from '../core/alert.js';
import type { Page } from '../core/directory.js';
import {
  type AttemptOutcome,
  type Delivery,
  type DeliveryState,
  type DeliveryType,
  type Webhook,
  webhookBody,
} from '../core/webhooks.js';

/** Deliveries remembered, the newest. */
const MAX_DELIVERIES = 10_000;

/** One message, when it is due, and who is sending it. */
export class QueuedDelivery {
  claim: string | undefined;
  endedAtMs: number | undefined;

  constructor(
    public delivery: Delivery,
    readonly body: string,
    public dueAtMs: number,
  ) {}

  isUnderWay(nowMs: number): boolean {
    return this.claim !== undefined && this.dueAtMs > nowMs;
  }

  claimFor(claim: string, leaseMs: number, nowMs: number): void {
    this.claim = claim;
    this.delivery = { ...this.delivery, attempts: this.delivery.attempts + 1 };
    this.#dueAt(nowMs + leaseMs);
  }

  settle({ ok, status, error, durationMs, retryInMs }: AttemptOutcome): DeliveryState {
    const state = ok ? 'delivered' : retryInMs === undefined ? 'gave-up' : 'pending';
    const deliveredAt = ok ? new Date().toISOString() : null;
    this.delivery = { ...this.delivery, state, status, error, durationMs, deliveredAt };
    this.claim = undefined;
    this.endedAtMs = state === 'pending' ? undefined : Date.now();
    this.#dueAt(Date.now() + (retryInMs ?? 0));
    return state;
  }

  replay(): Delivery {
    this.delivery = { ...this.delivery, state: 'pending', deliveredAt: null };
    this.endedAtMs = undefined;
    if (this.claim === undefined) {
      this.delivery = { ...this.delivery, attempts: 0 };
      this.#dueAt(Date.now());
    }
    return this.delivery;
  }

  #dueAt(atMs: number): void {
    this.dueAtMs = atMs;
    const nextAttemptAt = this.delivery.state === 'pending' ? new Date(atMs).toISOString() : null;
    this.delivery = { ...this.delivery, nextAttemptAt };
  }
}

/** The queue of what webhooks are told, in the memory of one process. */
export class MemoryDeliveries {
  readonly #queue = new Map<string, QueuedDelivery>();

  add(id: string, webhook: Webhook, type: DeliveryType, alert: Alert | null): Delivery {
    const createdAt = new Date().toISOString();
    const none = { attempts: 0, deliveredAt: null, status: null, error: null, durationMs: null };
    const fresh = { id, webhookId: webhook.id, type, state: 'pending', createdAt, nextAttemptAt: createdAt } as const;
    const body = webhookBody(id, type, alert ? alert.tenantId : webhook.tenantId, alert, createdAt);
    const queued = new QueuedDelivery({ ...fresh, ...none }, body, Date.now());
    this.#queue.set(id, queued);
    const oldest = this.#queue.size > MAX_DELIVERIES ? this.#queue.keys().next().value : undefined;
    if (oldest !== undefined) this.#queue.delete(oldest);
    return queued.delivery;
  }

  find(id: string): QueuedDelivery | undefined {
    return this.#queue.get(id);
  }

  /** The one due first first. */
  pending(): QueuedDelivery[] {
    const pending = [...this.#queue.values()].filter(({ delivery }) => delivery.state === 'pending');
    return pending.sort((a, b) => a.dueAtMs - b.dueAtMs);
  }

  list(
    webhookId: string,
    { state, page, pageSize }: { state?: DeliveryState | undefined; page: number; pageSize: number },
  ): Page<Delivery> {
    const rows = [...this.#queue.values()].map(({ delivery }) => delivery).reverse();
    const items = rows.filter((row) => row.webhookId === webhookId && (state === undefined || row.state === state));
    return { items: items.slice((page - 1) * pageSize, page * pageSize), total: items.length, page, pageSize };
  }

  drop(which: (queued: QueuedDelivery) => boolean): number {
    const before = this.#queue.size;
    for (const [id, queued] of this.#queue) if (which(queued)) this.#queue.delete(id);
    return before - this.#queue.size;
  }
}
