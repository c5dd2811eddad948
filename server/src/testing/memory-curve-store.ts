import { type CurveSample, type CurveStore, MAX_SAMPLE_AGE_MS } from '../core/advice.js';
import type { TenantId } from '../core/tenant-id.js';

/** Keeps samples in memory, the last of each tenant and process epoch as a durable store must. */
export class MemoryCurveStore implements CurveStore {
  readonly #samples = new Map<string, CurveSample>();

  async save(samples: readonly CurveSample[]): Promise<void> {
    for (const sample of samples) {
      const key = `${sample.tenantId} ${sample.processEpoch}`;
      if ((this.#samples.get(key)?.savedAtMs ?? 0) <= sample.savedAtMs) this.#samples.set(key, sample);
    }
  }

  async read(tenant: TenantId, nowMs: number): Promise<readonly CurveSample[]> {
    return [...this.#samples.values()].filter(
      ({ tenantId, savedAtMs }) => tenantId === tenant && savedAtMs >= nowMs - MAX_SAMPLE_AGE_MS,
    );
  }

  async tidy(nowMs: number): Promise<number> {
    const old = [...this.#samples].filter(([, { savedAtMs }]) => savedAtMs < nowMs - MAX_SAMPLE_AGE_MS);
    for (const [key] of old) this.#samples.delete(key);
    return old.length;
  }
}
