import type { Advice, AdviceReport, Advisor, CurveStore } from '../core/advice.js';
import type { Limits } from '../core/quota.js';
import type { TenantId } from '../core/tenant-id.js';
import type { UsageReader, UsageSample } from '../core/usage-reader.js';
import { anomalyFinding } from './anomalies.js';
import { effectivenessFinding } from './effectiveness.js';
import { growthFinding } from './growth.js';
import { hitRateFinding } from './hit-rate-advice.js';
import { DEFAULT_GOALS, quotaFinding } from './quota-advisor.js';
import { sampledCauses } from './sampled-causes.js';
import { ttlFinding } from './ttl-advice.js';

const HOUR_MS = 3_600_000;
const FINE_STEP_MS = 300_000;
const DAY_MS = 24 * HOUR_MS;
/** For growth; for what is usual at an hour; for what a resource or the cache is worth. */
const GROWTH_DAYS = 30;
const USUAL_DAYS = 14;
const WORTH_DAYS = 7;
const SEVERITIES: readonly Advice['severity'][] = ['warning', 'notice', 'info'];

export interface TenantAdvisorOptions {
  /** Undefined: nothing is sampled. */
  readonly curves: CurveStore | undefined;
  /** Undefined: what is counted cannot be read back. */
  readonly usage: UsageReader | undefined;
  /** Hit rates to name the quota for, from 0 to 1. Default 0.9 and 0.95. */
  readonly goals?: readonly number[];
  readonly now?: () => number;
}

/** Puts together what is known of a tenant: what was sampled, and what was counted. */
export class TenantAdvisor implements Advisor {
  readonly #options: TenantAdvisorOptions;

  constructor(options: TenantAdvisorOptions) {
    this.#options = options;
  }

  async advise(tenant: TenantId, limits: Limits): Promise<AdviceReport> {
    const nowMs = (this.#options.now ?? Date.now)();
    const span = { fromMs: startOfDay(nowMs) - (WORTH_DAYS - 1) * DAY_MS, toMs: nowMs };
    const [samples, counted] = await Promise.all([
      this.#options.curves?.read(tenant, nowMs) ?? [],
      this.#counted(tenant, nowMs, span),
    ]);
    const causes = sampledCauses(samples, nowMs);
    const sampledSpan = { fromMs: Math.min(nowMs, ...samples.map(({ sinceMs }) => sinceMs)), toMs: nowMs };
    const quota = quotaFinding(samples, limits, nowMs, this.#options.goals ?? DEFAULT_GOALS);
    const growth = growthFinding(counted.days, limits);
    const held = await this.#held(
      tenant,
      counted.hours.filter(({ startMs }) => startMs >= span.fromMs),
    );
    const effectiveness = effectivenessFinding(counted.resources, held, span);
    const findings = [
      quota,
      growth,
      anomalyFinding(counted.hours, nowMs),
      hitRateFinding(counted.resources, causes, span),
      ttlFinding(causes, sampledSpan),
      effectiveness,
    ];
    const items = findings.flatMap((finding) => finding.items);
    return {
      tenantId: tenant,
      asOfMs: nowMs,
      quota: quota.known,
      growth: growth.known,
      effectiveness: effectiveness.known,
      items: items.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)),
      silences: findings.flatMap((finding) => finding.silences),
    };
  }

  /** An hour that a tenant came in counts from when it came. */
  async #held(tenant: TenantId, [first, ...others]: readonly UsageSample[]): Promise<readonly UsageSample[]> {
    if (first === undefined) return [];
    const span = { fromMs: first.startMs, toMs: first.startMs + HOUR_MS, stepMs: FINE_STEP_MS };
    return [...((await this.#options.usage?.samples(tenant, span)) ?? []), ...others];
  }

  async #counted(tenant: TenantId, nowMs: number, span: { fromMs: number; toMs: number }) {
    const { usage } = this.#options;
    if (usage === undefined) return { days: [], hours: [], resources: [] };
    const toMs = Math.ceil(nowMs / HOUR_MS) * HOUR_MS;
    const today = startOfDay(nowMs);
    const [days, hours, resources] = await Promise.all([
      usage.samples(tenant, { fromMs: today - (GROWTH_DAYS - 1) * DAY_MS, toMs: today + DAY_MS, stepMs: DAY_MS }),
      usage.samples(tenant, { fromMs: toMs - USUAL_DAYS * DAY_MS, toMs, stepMs: HOUR_MS }),
      usage.resources(tenant, { fromDate: dateOf(span.fromMs), toDate: dateOf(nowMs) }),
    ]);
    return { days, hours, resources };
  }
}

function startOfDay(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS;
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
