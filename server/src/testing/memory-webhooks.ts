import { randomUUID } from 'node:crypto';
import type { Alert } from '../core/alert.js';
import type { Actor, Page, QuotaChange } from '../core/directory.js';
import { fail } from '../core/errors.js';
import type { TenantId } from '../core/tenant-id.js';
import {
  type AttemptOutcome,
  auditedDelivery,
  auditedWebhook,
  type ClaimedDelivery,
  type Delivery,
  type DeliveryType,
  MAX_FAILURES_IN_A_ROW,
  MAX_WEBHOOKS,
  type NewWebhook,
  type SettledDelivery,
  type Webhook,
  type WebhookChange,
  type WebhookEvent,
  type WebhookStore,
} from '../core/webhooks.js';
import { MemoryDeliveries } from './memory-deliveries.js';

const PER_WEBHOOK = 2;

interface Hook {
  webhook: Webhook;
  secret: string;
  alert: Alert | undefined;
}

export interface MemoryWebhooksDeps {
  newId(): string;
  audit(actor: Actor, deed: Pick<QuotaChange, 'tenantId' | 'action' | 'before' | 'after' | 'reason'>): void;
  raised(alert: Alert): void;
  changed(alert: Alert): void;
}

/** Webhooks and their queue in the memory of one process. */
export class MemoryWebhooks implements WebhookStore {
  readonly #deps: MemoryWebhooksDeps;
  readonly #hooks = new Map<string, Hook>();
  readonly #queue = new MemoryDeliveries();

  constructor(deps: MemoryWebhooksDeps) {
    this.#deps = deps;
  }

  queue(type: WebhookEvent, alert: Alert): void {
    for (const { webhook } of this.#hooks.values()) {
      const addressed = webhook.tenantId === null || webhook.tenantId === alert.tenantId;
      if (webhook.active && addressed && webhook.events.includes(type)) this.#add(webhook, type, alert);
    }
  }

  async list({ tenant, page, pageSize }: Parameters<WebhookStore['list']>[0]): Promise<Page<Webhook>> {
    const all = [...this.#hooks.values()].map(({ webhook }) => webhook);
    const items = all.filter((webhook) => tenant === undefined || webhook.tenantId === tenant);
    return { items: items.slice((page - 1) * pageSize, page * pageSize), total: items.length, page, pageSize };
  }

  async find(id: string): Promise<Webhook> {
    return this.#hook(id).webhook;
  }

  async create(given: NewWebhook, secret: string, reason: string, actor: Actor): Promise<Webhook> {
    const present = [...this.#hooks.values()].filter(({ webhook }) => webhook.tenantId === given.tenantId).length;
    if (present >= MAX_WEBHOOKS)
      throw fail('REQUEST_INVALID', { given: 'one more webhook', allowed: `${MAX_WEBHOOKS}` });
    const fresh = { failuresInARow: 0, disabledAt: null, version: 1, createdAt: new Date().toISOString() };
    const webhook: Webhook = { id: this.#deps.newId(), ...given, ...fresh };
    this.#hooks.set(webhook.id, { webhook, secret, alert: undefined });
    this.#audit(actor, webhook.tenantId, null, auditedWebhook(webhook), reason);
    return webhook;
  }

  async change(
    id: string,
    change: WebhookChange,
    expectedVersion: number,
    reason: string,
    actor: Actor,
  ): Promise<Webhook> {
    const hook = this.#hook(id);
    const before = hook.webhook;
    if (before.version !== expectedVersion) {
      throw fail('PRECONDITION_FAILED', { given: `version ${expectedVersion}`, allowed: `version ${before.version}` });
    }
    const after = { ...before, ...change, version: before.version + 1 };
    const revived = after.active && !before.active;
    hook.webhook = revived ? { ...after, failuresInARow: 0, disabledAt: null } : after;
    if (revived) this.#resolve(hook);
    this.#audit(actor, after.tenantId, auditedWebhook(before), auditedWebhook(after), reason);
    return hook.webhook;
  }

  async rotate(id: string, secret: string, reason: string, actor: Actor): Promise<Webhook> {
    const hook = this.#hook(id);
    hook.secret = secret;
    hook.webhook = { ...hook.webhook, version: hook.webhook.version + 1 };
    this.#audit(actor, hook.webhook.tenantId, null, { ...auditedWebhook(hook.webhook), secret: 'rotated' }, reason);
    return hook.webhook;
  }

  async remove(id: string, reason: string, actor: Actor): Promise<void> {
    const hook = this.#hook(id);
    this.#hooks.delete(id);
    this.#resolve(hook);
    this.#queue.drop(({ delivery }) => delivery.webhookId === id);
    this.#audit(actor, hook.webhook.tenantId, auditedWebhook(hook.webhook), null, reason);
  }

  async deliveries(id: string, query: Parameters<WebhookStore['deliveries']>[1]): Promise<Page<Delivery>> {
    this.#hook(id);
    return this.#queue.list(id, query);
  }

  async ping(id: string, reason: string, actor: Actor): Promise<Delivery> {
    const { webhook } = this.#hook(id);
    const delivery = this.#add(webhook, 'ping', null);
    this.#audit(actor, webhook.tenantId, null, auditedDelivery(webhook, { ping: delivery.id }), reason);
    return delivery;
  }

  async replay(deliveryId: string, reason: string, actor: Actor): Promise<Delivery> {
    const queued = this.#queue.find(deliveryId);
    if (!queued) throw fail('WEBHOOK_NOT_FOUND');
    const { webhook } = this.#hook(queued.delivery.webhookId);
    this.#audit(actor, webhook.tenantId, null, auditedDelivery(webhook, { replayed: deliveryId }), reason);
    return queued.replay();
  }

  async claim(max: number, leaseMs: number): Promise<readonly ClaimedDelivery[]> {
    const nowMs = Date.now();
    const places = new Map<string, number>();
    const taken: ClaimedDelivery[] = [];
    const pending = this.#queue.pending();
    const take = (webhookId: string) => places.set(webhookId, (places.get(webhookId) ?? 0) + 1);
    for (const queued of pending) if (queued.isUnderWay(nowMs)) take(queued.delivery.webhookId);
    for (const queued of pending) {
      if (taken.length >= max) break;
      const { id, webhookId, type } = queued.delivery;
      const { webhook, secret } = this.#hook(webhookId);
      const full = (places.get(webhookId) ?? 0) >= PER_WEBHOOK;
      if (queued.dueAtMs > nowMs || full || (!webhook.active && type !== 'ping')) continue;
      take(webhookId);
      const claim = randomUUID();
      queued.claimFor(claim, leaseMs, nowMs);
      const attempt = queued.delivery.attempts;
      taken.push({ id, webhookId, attempt, claim, url: webhook.url, secret, body: queued.body });
    }
    return taken;
  }

  async settle(claimed: ClaimedDelivery, outcome: AttemptOutcome): Promise<SettledDelivery> {
    const queued = this.#queue.find(claimed.id);
    if (!queued || queued.claim !== claimed.claim) return { kept: false, disabled: undefined };
    const state = queued.settle(outcome);
    const hook = this.#hook(claimed.webhookId);
    if (state === 'delivered') hook.webhook = { ...hook.webhook, failuresInARow: 0 };
    return { kept: true, disabled: state === 'gave-up' ? this.#failed(hook) : undefined };
  }

  async tidy(olderThanMs: number): Promise<number> {
    const beforeMs = Date.now() - olderThanMs;
    return this.#queue.drop(({ endedAtMs }) => endedAtMs !== undefined && endedAtMs < beforeMs);
  }

  #failed(hook: Hook): SettledDelivery['disabled'] {
    const { tenantId, active, failuresInARow, version } = hook.webhook;
    const failures = failuresInARow + 1;
    hook.webhook = { ...hook.webhook, failuresInARow: failures };
    if (!active || failures < MAX_FAILURES_IN_A_ROW) return undefined;
    const at = new Date().toISOString();
    hook.webhook = { ...hook.webhook, active: false, disabledAt: at, version: version + 1 };
    const open = { resolvedAt: null, resolvedValue: null, acknowledgedAt: null, acknowledgedBy: null };
    const figures = { threshold: MAX_FAILURES_IN_A_ROW, value: failures, raisedAt: at };
    hook.alert = { id: this.#deps.newId(), tenantId, kind: 'webhook-disabled', ...figures, ...open };
    this.#deps.raised(hook.alert);
    this.queue('alert.raised', hook.alert);
    return { tenantId, failures };
  }

  #resolve(hook: Hook): void {
    if (!hook.alert) return;
    const resolved = { ...hook.alert, resolvedAt: new Date().toISOString(), resolvedValue: 0 };
    hook.alert = undefined;
    this.#deps.changed(resolved);
    this.queue('alert.resolved', resolved);
  }

  #add(webhook: Webhook, type: DeliveryType, alert: Alert | null): Delivery {
    return this.#queue.add(this.#deps.newId(), webhook, type, alert);
  }

  #hook(id: string): Hook {
    const hook = this.#hooks.get(id);
    if (!hook) throw fail('WEBHOOK_NOT_FOUND');
    return hook;
  }

  #audit(actor: Actor, tenantId: TenantId | null, before: object | null, after: object | null, reason: string): void {
    const [was, is] = [before, after] as (Readonly<Record<string, unknown>> | null)[];
    this.#deps.audit(actor, { tenantId, action: 'webhook', before: was ?? null, after: is ?? null, reason });
  }
}
