import type { AccessSampler, CurveSample, CurveStore } from '../core/advice.js';
import type { TenantId } from '../core/tenant-id.js';
import { FIRST_CAPACITY } from './key-sample.js';
import { SamplerBudget } from './sampler-budget.js';
import { ShardsSampler } from './shards-sampler.js';

/** Samples of tenants that have left the process and could not be saved yet: 2 KB each. */
const MAX_PARTING = 1_000;
const SAMPLES_A_SAVE = 100;

export interface TenantSamplersOptions {
  readonly store: CurveStore;
  readonly processEpoch: string;
  /** Another seed for each process: what one sample has too much of, another has too little. Default: random. */
  readonly seed?: number;
  readonly budget?: SamplerBudget;
  readonly now?: () => number;
}

/** The samplers of one process, one for each tenant that has requests, within one budget. */
export class TenantSamplers {
  readonly #options: TenantSamplersOptions;
  readonly #budget: SamplerBudget;
  readonly #seed: number;
  readonly #now: () => number;
  readonly #samplers = new Map<TenantId, { readonly sampler: ShardsSampler; savedRequests: number }>();
  #parting: CurveSample[] = [];
  #generation = 0;
  #flushing: Promise<void> | undefined;

  constructor(options: TenantSamplersOptions) {
    this.#options = options;
    this.#budget = options.budget ?? new SamplerBudget();
    this.#seed = options.seed ?? Math.floor(Math.random() * 2 ** 32);
    this.#now = options.now ?? Date.now;
  }

  get tenants(): number {
    return this.#samplers.size;
  }

  /** Memory that the samples take. */
  get bytes(): number {
    return this.#budget.takenBytes;
  }

  /** The tenant's sampler; undefined where no memory is left for one more, which a later call may find. */
  open(tenantId: TenantId, limitBytes: number): AccessSampler | undefined {
    const known = this.#samplers.get(tenantId);
    if (known) {
      known.sampler.limitBytes = limitBytes;
      return known.sampler;
    }
    if (!this.#budget.take(0, FIRST_CAPACITY)) return undefined;
    const sampler = new ShardsSampler({
      tenantId,
      // A tenant that comes back begins a new sum; that of its last stay is saved under its own name.
      processEpoch: `${this.#options.processEpoch}.${++this.#generation}`,
      nowMs: this.#now(),
      seed: this.#seed,
      mayGrow: this.#budget.take,
      now: this.#now,
    });
    sampler.limitBytes = limitBytes;
    this.#samplers.set(tenantId, { sampler, savedRequests: 0 });
    return sampler;
  }

  /** Where the store evicts, when it has changed; infinite where nothing is enforced. */
  limit(tenantId: TenantId, limitBytes: number): void {
    const known = this.#samplers.get(tenantId);
    if (known) known.sampler.limitBytes = limitBytes;
  }

  /** The tenant leaves the process: gives its memory back now, and its sample to the store with the next flush. */
  drop(tenantId: TenantId): void {
    const known = this.#samplers.get(tenantId);
    if (known === undefined) return;
    this.#samplers.delete(tenantId);
    this.#budget.giveBack(known.sampler.capacity);
    if (known.sampler.requests === 0) return;
    this.#parting.push(known.sampler.sample(this.#now()));
    if (this.#parting.length > MAX_PARTING) this.#parting.shift();
  }

  /** Saves what has changed since the last flush. Rejects as the store does; nothing is lost by that. */
  flush(): Promise<void> {
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  async #flush(): Promise<void> {
    const { store } = this.#options;
    while (this.#parting.length > 0) {
      const batch = this.#parting.slice(0, SAMPLES_A_SAVE);
      await store.save(batch);
      const saved = new Set(batch);
      this.#parting = this.#parting.filter((sample) => !saved.has(sample));
    }
    const nowMs = this.#now();
    const changed = [...this.#samplers.values()].filter(({ sampler, savedRequests }) => {
      sampler.age(nowMs);
      return sampler.requests !== savedRequests && sampler.requests > 0;
    });
    for (let from = 0; from < changed.length; from += SAMPLES_A_SAVE) {
      const batch = changed.slice(from, from + SAMPLES_A_SAVE);
      const samples = batch.map(({ sampler }) => sampler.sample(this.#now()));
      await store.save(samples);
      for (const [at, entry] of batch.entries()) entry.savedRequests = samples[at]?.requests ?? 0;
    }
  }
}
