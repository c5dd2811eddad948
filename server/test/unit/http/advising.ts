import { TenantAdvisor } from '../../../src/advice/tenant-advisor.js';
import type { Advisor } from '../../../src/core/advice.js';
import type { Limits } from '../../../src/core/quota.js';
import type { TenantId } from '../../../src/core/tenant-id.js';
import { MemoryCurveStore } from '../../../src/testing/memory-curve-store.js';
import { curveSample, FixedUsage, NOW_MS } from '../advice/usage-figures.js';

const SAMPLE = curveSample({
  ...{ requests: 10_000, hits: 7_000, sampled: 10_000, cold: 3_000 },
  distances: [
    [20, 4_000],
    [80, 3_000],
  ],
});

/** Advises from one sample of `acme`, whoever asks. */
export class Advising implements Advisor {
  readonly asked: { tenant: TenantId; limits: Limits }[] = [];
  readonly #curves = new MemoryCurveStore();
  readonly #advisor = new TenantAdvisor({ curves: this.#curves, usage: new FixedUsage(), now: () => NOW_MS });

  async advise(tenant: TenantId, limits: Limits) {
    this.asked.push({ tenant, limits });
    await this.#curves.save([SAMPLE]);
    return this.#advisor.advise(tenant, limits);
  }
}
