import type { Emit } from '../core/contracts.js';
import { type ClaimedDelivery, MAX_FAILURES_IN_A_ROW, type WebhookStore } from '../core/webhooks.js';
import { type Resolver, systemResolver } from './checked-lookup.js';
import { retryDelayMs } from './retry-delay.js';
import { postWebhook } from './webhook-request.js';
import { DELIVERY_HEADER, SIGNATURE_HEADER, signWebhook } from './webhook-signature.js';
import type { UrlRules } from './webhook-url.js';

const LOOK_EVERY_MS = 2_000;
const AT_ONCE = 16;
const TIMEOUT_MS = 10_000;
/** Well above the timeout: a claim that runs out means that its sender is gone. */
const LEASE_MS = 60_000;
const TIDY_EVERY_MS = 3_600_000;
const KEPT_MS = 30 * 86_400_000;
/** How long a process that ends waits for answers; what is cut off then is sent again by another. */
const CLOSE_WAIT_MS = 2_000;

export interface WebhookSenderDeps extends UrlRules {
  readonly webhooks: Pick<WebhookStore, 'claim' | 'settle' | 'tidy'>;
  readonly emit: Emit;
  readonly version: string;
  /** Omitted: the system's. */
  readonly resolver?: Resolver | undefined;
  readonly ca?: string | undefined;
  /** False: another process sends, and this one leaves the queue alone. Two that both send do no harm. */
  readonly sends?: (() => boolean) | undefined;
  readonly timeoutMs?: number | undefined;
  readonly leaseMs?: number | undefined;
  readonly lookEveryMs?: number | undefined;
  readonly retryDelayMs?: ((attempt: number) => number | undefined) | undefined;
}

/** Brings queued messages to webhooks, each at least once and under the same id in every attempt. */
export class WebhookSender {
  readonly #deps: WebhookSenderDeps;
  readonly #ending = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<number> | undefined;
  #tidiedAtMs = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(deps: WebhookSenderDeps) {
    this.#deps = deps;
  }

  start(): void {
    const look = () => {
      if (this.#deps.sends?.() ?? true) void this.turn().catch(() => {});
    };
    this.#timer = setInterval(look, this.#deps.lookEveryMs ?? LOOK_EVERY_MS).unref();
  }

  /** Sends what is due, until nothing is. Returns how many attempts were made; rejects where the queue does not answer. */
  turn(): Promise<number> {
    this.#turn ??= this.#drain().finally(() => {
      this.#turn = undefined;
    });
    return this.#turn;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    const timer = setTimeout(() => this.#ending.abort(), CLOSE_WAIT_MS).unref();
    await this.#turn?.catch(() => {});
    clearTimeout(timer);
  }

  async #drain(): Promise<number> {
    const { webhooks } = this.#deps;
    let made = 0;
    const underway = new Set<Promise<void>>();
    const failures: unknown[] = [];
    let away = false;
    while (!this.#closed && !away) {
      const claimed = await webhooks.claim(AT_ONCE - underway.size, this.#deps.leaseMs ?? LEASE_MS).catch((error) => {
        failures.push(error);
        away = true;
        return [];
      });
      made += claimed.length;
      for (const delivery of claimed) {
        const sent: Promise<void> = this.#send(delivery)
          // Its claim runs out and it is sent again; the others' turn goes on.
          .catch((error) => void failures.push(error))
          .finally(() => underway.delete(sent));
        underway.add(sent);
      }
      if (underway.size === 0) break;
      // One place is enough to go on: a slow receiver holds up two of them and not the turn.
      if (claimed.length === 0 || underway.size >= AT_ONCE) await Promise.race(underway);
    }
    await Promise.all(underway);
    if (failures.length > 0) throw failures[0];
    await this.#tidy();
    return made;
  }

  async #send(claimed: ClaimedDelivery): Promise<void> {
    const { allowHttp, allowPrivateAddresses, version, ca, resolver = systemResolver } = this.#deps;
    const startedMs = performance.now();
    const answer = await postWebhook(
      {
        url: claimed.url,
        headers: {
          'Content-Type': 'application/json; charset=utf-8',
          'User-Agent': `tenantcache/${version}`,
          [DELIVERY_HEADER]: claimed.id,
          [SIGNATURE_HEADER]: signWebhook(claimed.secret, claimed.body, Date.now()),
        },
        body: claimed.body,
        timeoutMs: this.#deps.timeoutMs ?? TIMEOUT_MS,
        signal: this.#ending.signal,
      },
      { allowHttp, allowPrivateAddresses, resolver, ca },
    );
    // Cut off by this process's own end: that says nothing of the receiver. The claim runs out.
    if (!answer.ok && this.#ending.signal.aborted) return;
    const durationMs = Math.round(performance.now() - startedMs);
    const retryInMs = answer.ok ? undefined : (this.#deps.retryDelayMs ?? retryDelayMs)(claimed.attempt);
    const settled = await this.#deps.webhooks.settle(claimed, { ...answer, durationMs, retryInMs });
    const { emit } = this.#deps;
    const outcome = answer.ok ? 'delivered' : retryInMs === undefined ? 'gave-up' : 'failed';
    const status = answer.status === null ? {} : { status: answer.status };
    emit({ type: 'webhook', outcome, ...status, attempt: claimed.attempt });
    if (settled.disabled) {
      const { tenantId: tenant, failures: value } = settled.disabled;
      emit({
        type: 'alert',
        tenant,
        kind: 'webhook-disabled',
        threshold: MAX_FAILURES_IN_A_ROW,
        state: 'raised',
        value,
      });
    }
  }

  async #tidy(): Promise<void> {
    if (Date.now() - this.#tidiedAtMs < TIDY_EVERY_MS) return;
    this.#tidiedAtMs = Date.now();
    await this.#deps.webhooks.tidy(KEPT_MS);
  }
}
