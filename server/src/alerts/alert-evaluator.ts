import { type AlertRules, type RuleKind, thresholdsOf } from '../core/alert-rules.js';
import type { AlertStore, AlertSubject, AlertTransition } from '../core/alerts.js';
import type { Emit } from '../core/contracts.js';
import { Outbox } from '../core/outbox.js';
import { FALL_BACK_RATIO } from '../core/quota.js';
import type { TenantId } from '../core/tenant-id.js';
import type { UsageReader } from '../core/usage-reader.js';
import { AlertBook } from './alert-book.js';

import { type Finding, RateWatch } from './rate-watch.js';

/** So old may be what this process knows of rules and of what others raised. */
const READ_ANEW_MS = 60_000;
/** Tenants with a raised quota alert that are looked at in one turn because nobody else did. */
const MAX_LOOKS = 100;

export interface AlertEvaluatorDeps {
  readonly store: AlertStore;
  /** Omitted: no rates are evaluated. */
  readonly reader?: Pick<UsageReader, 'spans' | 'days'> | undefined;
  readonly emit: Emit;
  /** Looks at a tenant's use and calls `usage` with it: for those that no patrol visits any more. */
  readonly look?: ((tenant: TenantId) => Promise<unknown>) | undefined;
  readonly maxWaiting?: number | undefined;
  readonly sendAfterMs?: number | undefined;
  readonly retryAfterMs?: number | undefined;
}

/**
 * Tells when a tenant passes a threshold of its rules, once per crossing over all processes: this process goes by what it
 * remembers, and the store decides. Where the store is away, what is found waits for it.
 */
export class AlertEvaluator {
  readonly #deps: AlertEvaluatorDeps;
  readonly #book: AlertBook;
  readonly #outbox: Outbox<AlertTransition>;
  readonly #rates: RateWatch | undefined;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;
  /** Tenants with a raised quota alert whose use was heard of since the last turn of `rates`. */
  #heard = new Set<TenantId>();

  constructor(deps: AlertEvaluatorDeps) {
    this.#deps = deps;
    this.#book = new AlertBook(deps.store);
    this.#rates = deps.reader && new RateWatch(deps.reader);
    const { maxWaiting, sendAfterMs, retryAfterMs } = deps;
    this.#outbox = new Outbox({ send: (sent) => this.#send(sent), maxWaiting, sendAfterMs, retryAfterMs });
  }

  /**
   * Hears of a tenant's use, as often as anybody knows it: two look-ups where it is below its lowest threshold and nothing
   * of it is raised. Never throws.
   */
  usage(tenant: TenantId, usedBytes: number, quotaBytes: number, atMs: number): void {
    if (atMs - this.#readAtMs > READ_ANEW_MS) void this.#readAnew(atMs);
    if (!(quotaBytes > 0)) return;
    const percent = (usedBytes / quotaBytes) * 100;
    const { quota } = this.#book.rulesOf(tenant);
    const raised = this.#book.raisedOf(tenant);
    const lowest = quota.enabled ? (quota.thresholdsPercent[0] as number) : Number.POSITIVE_INFINITY;
    if (raised === undefined && percent < lowest) return;
    const found = {
      value: Math.round(percent * 100) / 100,
      atMs,
      raise: (threshold: number) => percent >= threshold,
      resolve: (threshold: number) => percent <= threshold * FALL_BACK_RATIO,
    };
    this.#judge(tenant, 'quota', found);
    if (this.#book.raisedOf(tenant)) this.#heard.add(tenant);
  }

  /** Evaluates the rates of all tenants, for whoever leads. Rejects where usage or rules cannot be read. */
  async rates(nowMs: number): Promise<void> {
    await this.#readAnew(nowMs);
    const rulesOf = (tenant: TenantId) => this.#book.rulesOf(tenant);
    const onFinding = ({ tenant, kind, ...found }: Finding) => this.#judge(tenant, kind, found);
    const seen = await this.#rates?.look(nowMs, {
      rulesOf,
      isRaised: (tenant, kind) => this.#raisedKind(tenant, kind).length > 0,
      onFinding,
    });
    if (seen) this.#resolveUnseen(seen, nowMs);
    await this.#lookAgain();
    await this.#outbox.flush();
  }

  /** Rejects with the store's error; what waits stays, and is sent again. */
  flush(): Promise<void> {
    return this.#outbox.flush();
  }

  /** Rules or alerts were changed here: they hold with the next evaluation. */
  forget(): void {
    this.#readAtMs = Number.NEGATIVE_INFINITY;
  }

  close(): Promise<void> {
    return this.#outbox.close();
  }

  #judge(tenant: TenantId, kind: RuleKind, found: Pick<Finding, 'value' | 'atMs' | 'raise' | 'resolve'>): void {
    const { value, atMs } = found;
    const rules: AlertRules = this.#book.rulesOf(tenant);
    const wanted = thresholdsOf(rules, kind);
    const raised = this.#raisedKind(tenant, kind);
    for (const { threshold } of raised) {
      // What the rules ask for no more is over, whatever the figures are.
      if (wanted.includes(threshold) && !found.resolve(threshold)) continue;
      this.#found({ tenantId: tenant, kind, threshold, to: 'resolved', value, atMs });
    }
    for (const threshold of wanted) {
      if (!found.raise(threshold) || raised.some((subject) => subject.threshold === threshold)) continue;
      this.#found({ tenantId: tenant, kind, threshold, to: 'raised', value, atMs });
    }
  }

  #found(transition: AlertTransition): void {
    this.#book.note(transition);
    this.#outbox.add(transition);
  }

  #raisedKind(tenant: TenantId, kind: RuleKind): readonly AlertSubject[] {
    return this.#book.raisedOf(tenant)?.filter((subject) => subject.kind === kind) ?? [];
  }

  /** A tenant without any request in the window has no rate that would be too high. */
  #resolveUnseen(seen: ReadonlySet<string>, atMs: number): void {
    for (const { tenantId, kind, threshold } of [...this.#book.raised('hit-rate-drop', 'rejection-rate')]) {
      if (seen.has(`${tenantId} ${kind}`)) continue;
      this.#found({ tenantId, kind, threshold, to: 'resolved', value: 0, atMs });
    }
  }

  /** A tenant that is off the roll, as after a server that came back empty, is visited by nobody. */
  async #lookAgain(): Promise<void> {
    const heard = this.#heard;
    this.#heard = new Set();
    if (!this.#deps.look) return;
    const unheard = new Set(
      [...this.#book.raised('quota')].map(({ tenantId }) => tenantId).filter((id) => !heard.has(id)),
    );
    for (const tenant of [...unheard].slice(0, MAX_LOOKS)) await this.#deps.look(tenant).catch(() => {});
  }

  async #send(transitions: readonly AlertTransition[]): Promise<void> {
    // What was found before this process knew the rules is held against them now.
    if (!this.#book.loaded) await this.#book.load(() => this.#outbox.waiting);
    const wanted = transitions.filter((transition) => transition.to === 'resolved' || this.#book.wants(transition));
    for (const transition of transitions) {
      if (!wanted.includes(transition)) this.#book.note({ ...transition, to: 'resolved' });
    }
    if (wanted.length === 0) return;
    for (const { tenantId: tenant, kind, threshold, to: state, value } of await this.#deps.store.change(wanted)) {
      this.#deps.emit({ type: 'alert', tenant, kind, threshold, state, value });
    }
  }

  /** Never rejects: with a store that is away, what is remembered holds. */
  #readAnew(nowMs: number): Promise<void> {
    this.#reading ??= this.#book
      .load(() => this.#outbox.waiting)
      .catch(() => {})
      .finally(() => {
        this.#reading = undefined;
      });
    this.#readAtMs = nowMs;
    return this.#reading;
  }
}
