import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openExporter } from './exporter.js';

const TENANTS = Array.from({ length: 12 }, (_, index) => `t${index}`);
const FAMILIES = ['requests_total', 'bytes_served_total', 'quota_exceeded_total', 'response_time_seconds_total'];
/** Thirds have no exact sum: only here may it be off, by roundings. */
const DIGITS: Readonly<Record<string, number>> = { response_time_seconds_total: 9 };
const who = fc.constantFrom(...TENANTS);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('work' as const), id: who, amount: fc.nat(50) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refuse' as const), id: who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), id: who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(400_000) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('scrape' as const) }) },
);

/** What Prometheus makes of the series of one family: each counts from zero, and keeps what it had when it ended. */
class Scraped {
  readonly #last = new Map<string, number>();
  #ended = 0;

  /** @param restarted those whose tenant left since the last scrape */
  take(now: ReadonlyMap<string, number>, restarted: ReadonlySet<string>): number {
    for (const [label, before] of this.#last) {
      const value = now.get(label);
      if (value === undefined || restarted.has(label)) this.#ended += before;
      else if (value < before) throw new Error(`${label} fell from ${before} to ${value}`);
    }
    this.#last.clear();
    let sum = this.#ended;
    for (const [label, value] of now) {
      this.#last.set(label, value);
      sum += value;
    }
    return sum;
  }
}

it('loses and doubles nothing, and lets no series fall, whoever gets a label, loses it, leaves and returns', async () => {
  const run = async (maxTenantLabels: number, steps: (typeof step extends fc.Arbitrary<infer T> ? T : never)[]) => {
    let nowMs = 0;
    const { metrics, tenants, add, leave, series } = openExporter({ maxTenantLabels, now: () => nowMs });
    const truth = new Map(FAMILIES.map((family) => [family, 0]));
    const views = new Map(FAMILIES.map((family) => [family, new Scraped()]));
    const restarted = new Set<string>();
    const count = (family: string, amount: number) => truth.set(family, (truth.get(family) ?? 0) + amount);
    const scrape = async () => {
      const scraped = await series();
      for (const family of FAMILIES) {
        const own = new Map<string, number>();
        for (const [name, value] of scraped) {
          if (name.startsWith(`tc_${family}{`)) own.set(/"(.*?)"/.exec(name)?.[1] ?? '', value);
        }
        expect(own.size).toBeLessThanOrEqual(maxTenantLabels + 1);
        const sum = views.get(family)?.take(own, restarted) ?? Number.NaN;
        expect([family, sum.toFixed(DIGITS[family])]).toEqual([family, truth.get(family)?.toFixed(DIGITS[family])]);
      }
      restarted.clear();
    };
    for (const next of steps) {
      if (next.do === 'work') {
        const counters = tenants.get(next.id)?.counters ?? add(next.id);
        counters.requests += next.amount;
        counters.bytesServed += 3 * next.amount;
        counters.responseTimeMs += next.amount * (1_000 / 3);
        count('requests_total', next.amount);
        count('response_time_seconds_total', next.amount / 3);
        count('bytes_served_total', 3 * next.amount);
      } else if (next.do === 'refuse') {
        const { tenant } = tenants.get(next.id) ?? {};
        if (tenant === undefined) continue;
        metrics.observe({ type: 'rejection', tenant, code: 'QUOTA_EXCEEDED', sizeBytes: 1, observed: false });
        count('quota_exceeded_total', 1);
      } else if (next.do === 'leave') {
        if (!tenants.has(next.id)) continue;
        leave(next.id);
        restarted.add(next.id);
      } else if (next.do === 'wait') nowMs += next.ms;
      else await scrape();
    }
    await scrape();
  };
  await fc.assert(fc.asyncProperty(fc.nat(6), fc.array(step, { minLength: 20, maxLength: 150 }), run), {
    numRuns: 300,
  });
}, 300_000);
