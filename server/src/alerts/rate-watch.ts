import type { AlertRules, RuleKind } from '../core/alert-rules.js';
import type { CounterValues } from '../core/counters.js';
import type { TenantId } from '../core/tenant-id.js';
import type { TenantSpan, UsageReader } from '../core/usage-reader.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const QUARTER_MS = 900_000;
const BASELINE_DAYS = 7;
/** Rates come back to so much of their threshold before they are over. */
const FALL_BACK = 0.5;
const TENANTS_PER_PAGE = 500;
/** Baselines remembered, of the tenants that were asked for last. */
const MAX_BASELINES = 10_000;

/** One tenant's rate, and when it raises or resolves an alert at a threshold. */
export interface Finding {
  readonly tenant: TenantId;
  readonly kind: RuleKind;
  readonly value: number;
  readonly atMs: number;
  raise(threshold: number): boolean;
  resolve(threshold: number): boolean;
}

export interface RateLook {
  rulesOf(tenant: TenantId): AlertRules;
  isRaised(tenant: TenantId, kind: RuleKind): boolean;
  onFinding(finding: Finding): void;
}

type Hits = Pick<CounterValues, 'l1Hits' | 'l2Hits' | 'misses'>;

/** Compares each tenant's last hour and last 15 minutes with its rules; tenants come in pages. */
export class RateWatch {
  readonly #reader: Pick<UsageReader, 'spans' | 'days'>;
  /** Hit rate of the seven days before today, percent; it changes at midnight. */
  #baselines = new Map<TenantId, number | undefined>();
  #baselinesOf = '';

  constructor(reader: Pick<UsageReader, 'spans' | 'days'>) {
    this.#reader = reader;
  }

  /**
   * Returns `tenant kind` of all that had figures to judge by, or too few to tell. Undefined where nobody at all had a
   * request for an hour: that looks like usage that did not arrive, and says nothing.
   */
  async look(nowMs: number, look: RateLook): Promise<ReadonlySet<string> | undefined> {
    const seen = new Set<string>();
    const asked = await this.#pages({ fromMs: nowMs - HOUR_MS, toMs: nowMs }, async (span) => {
      if (look.isRaised(span.tenantId, 'hit-rate-drop')) seen.add(`${span.tenantId} hit-rate-drop`);
      await this.#hitRate(span, nowMs, look);
    });
    if (asked === 0) return undefined;
    await this.#pages({ fromMs: nowMs - QUARTER_MS, toMs: nowMs }, async (span) => {
      if (look.isRaised(span.tenantId, 'rejection-rate')) seen.add(`${span.tenantId} rejection-rate`);
      rejections(span, nowMs, look);
    });
    return seen;
  }

  async #hitRate(span: TenantSpan, atMs: number, look: RateLook): Promise<void> {
    const tenant = span.tenantId;
    const raised = look.isRaised(tenant, 'hit-rate-drop');
    const { hitRateDrop } = look.rulesOf(tenant);
    if (!hitRateDrop.enabled && !raised) return;
    const few = span.requests < hitRateDrop.minRequests;
    if (few && (!raised || span.requests >= hitRateDrop.minRequests * FALL_BACK)) return;
    const percent = hitPercent(span);
    // Nothing is so good before that this could be so many points below it.
    if (!raised && (percent === undefined || percent > 100 - hitRateDrop.points)) return;
    const before = percent === undefined ? undefined : await this.#baseline(tenant, atMs);
    if (before === undefined && !raised) return;
    const points = round(Math.max(0, (before ?? 0) - (percent ?? 0)));
    look.onFinding({
      tenant,
      kind: 'hit-rate-drop',
      value: points,
      atMs,
      raise: (threshold) => !few && before !== undefined && points >= threshold,
      resolve: (threshold) => few || before === undefined || points <= threshold * FALL_BACK,
    });
  }

  async #baseline(tenant: TenantId, nowMs: number): Promise<number | undefined> {
    const toDate = dateOf(nowMs - DAY_MS);
    if (this.#baselinesOf !== toDate) this.#baselines = new Map();
    this.#baselinesOf = toDate;
    if (this.#baselines.has(tenant)) return this.#baselines.get(tenant);
    const days = await this.#reader.days(tenant, { fromDate: dateOf(nowMs - BASELINE_DAYS * DAY_MS), toDate });
    const sum = { l1Hits: 0, l2Hits: 0, misses: 0 };
    for (const day of days) {
      sum.l1Hits += day.l1Hits;
      sum.l2Hits += day.l2Hits;
      sum.misses += day.misses;
    }
    const percent = hitPercent(sum);
    this.#baselines.set(tenant, percent);
    const oldest = this.#baselines.size > MAX_BASELINES ? this.#baselines.keys().next().value : undefined;
    if (oldest !== undefined) this.#baselines.delete(oldest);
    return percent;
  }

  /** How many tenants there were. */
  async #pages(span: { fromMs: number; toMs: number }, each: (span: TenantSpan) => Promise<void>): Promise<number> {
    let tenants = 0;
    let after: TenantId | undefined;
    for (;;) {
      const page = await this.#reader.spans(span, { after, count: TENANTS_PER_PAGE });
      for (const one of page) await each(one);
      tenants += page.length;
      if (page.length < TENANTS_PER_PAGE) return tenants;
      after = page.at(-1)?.tenantId;
    }
  }
}

function rejections(span: TenantSpan, atMs: number, look: RateLook): void {
  const tenant = span.tenantId;
  const raised = look.isRaised(tenant, 'rejection-rate');
  const { rejectionRate } = look.rulesOf(tenant);
  const writes = span.writes + span.rejections;
  const few = writes < rejectionRate.minWrites;
  if (!raised && (!rejectionRate.enabled || few || span.rejections === 0)) return;
  if (few && writes >= rejectionRate.minWrites * FALL_BACK) return;
  const percent = writes === 0 ? 0 : (span.rejections / writes) * 100;
  look.onFinding({
    tenant,
    kind: 'rejection-rate',
    value: round(percent),
    atMs,
    raise: (threshold) => !few && percent > threshold,
    resolve: (threshold) => few || percent <= threshold * FALL_BACK,
  });
}

function hitPercent({ l1Hits, l2Hits, misses }: Hits): number | undefined {
  const hits = l1Hits + l2Hits;
  return hits + misses === 0 ? undefined : (hits / (hits + misses)) * 100;
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
