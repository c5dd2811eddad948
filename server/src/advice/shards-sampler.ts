import { crc32 } from 'node:zlib';
import type { AccessSampler, CurveSample, StoredFacts } from '../core/advice.js';
import type { Scope } from '../core/scope.js';
import { ENVELOPE_BYTES, OVERHEAD_BYTES, SIZE_UNIT_BYTES } from '../core/stored-size.js';
import type { TenantId } from '../core/tenant-id.js';
import { InvalidationTimes } from './invalidation-times.js';
import { endHash, identityHash, sampleHash } from './key-hash.js';
import { KeySample } from './key-sample.js';
import { SampledFigures } from './sampled-figures.js';
import { SampledResources } from './sampled-resources.js';
import { GONE, NOBODY, RELOADING, SUSPECT, type TrackedKeys } from './tracked-keys.js';

/** Of the Redis key, what is neither tenant nor resource nor key: a word, two braces and two colons. */
const KEY_FRAME_BYTES = 11;

export interface ShardsSamplerOptions {
  readonly tenantId: TenantId;
  readonly processEpoch: string;
  readonly nowMs: number;
  /** Another seed samples other keys. */
  readonly seed: number;
  /** Asked before memory for more keys is taken; false: the rate falls instead. */
  readonly mayGrow: (fromKeys: number, toKeys: number) => boolean;
  readonly maxKeys?: number;
  readonly now?: () => number;
}

/** What a column of seconds holds: the year 2106. */
const MAX_S = 2 ** 32 - 1;

/**
 * SHARDS with a fixed number of keys (Waldspurger et al., FAST 2015), weighted by bytes. A key is sampled by its hash
 * alone, so that of a sampled key every request is seen; its reuse distance, the bytes of other keys used since, is
 * scaled by 1/R and the request weighs 1/R, R being the rate at that moment.
 */
export class ShardsSampler implements AccessSampler {
  readonly #options: ShardsSamplerOptions;
  readonly #sample: KeySample;
  readonly #resources: SampledResources;
  readonly #invalidations = new InvalidationTimes();
  readonly #figures: SampledFigures;
  readonly #keyFrameBytes: number;
  readonly #now: () => number;
  /** Where the store evicts; tells what invalidated from what evicted an entry that is gone. */
  limitBytes = Number.POSITIVE_INFINITY;

  constructor(options: ShardsSamplerOptions) {
    this.#options = options;
    const { mayGrow, maxKeys } = options;
    this.#sample = new KeySample({ mayGrow, maxKeys, kept: (keys, owner) => this.#isKept(keys, owner) });
    this.#resources = new SampledResources(options.seed);
    this.#figures = new SampledFigures(options.nowMs);
    this.#keyFrameBytes = KEY_FRAME_BYTES + options.tenantId.length;
    this.#now = options.now ?? Date.now;
  }

  /** Memory is taken for so many keys. */
  get capacity(): number {
    return this.#sample.keys.capacity;
  }

  get trackedKeys(): number {
    return this.#sample.keys.count;
  }

  get rate(): number {
    return this.#sample.rate;
  }

  get requests(): number {
    return this.#figures.requests;
  }

  hit(resource: string, key: string, payloadBytes: number): void {
    const figures = this.#figures;
    figures.requests++;
    figures.hits++;
    const seed = this.#resources.seedOf(resource);
    const end = endHash(seed, key);
    const hash = sampleHash(end);
    if (hash >= this.#sample.threshold) return;
    const { weight, keys } = this.#sample;
    figures.sampled++;
    const index = this.#resources.current;
    add(this.#resources.requests, index, weight);
    const identity = identityHash(seed, key, end);
    const owner = keys.find(identity);
    if (owner === NOBODY) {
      // Seen before the sampling began, by another process, or more than a day ago.
      figures.unplaced += weight;
      this.#admit(identity, hash, index, this.#sizeBytes(resource, key, payloadBytes));
      return;
    }
    if (keys.sizes[owner] === 0) keys.sizes[owner] = this.#sizeBytes(resource, key, payloadBytes);
    keys.flags[owner] = 0;
    keys.sequences[owner] = this.#invalidations.now;
    figures.place(this.#sample.use(owner, figures.hour), weight);
  }

  miss(resource: string, key: string): void {
    const figures = this.#figures;
    figures.requests++;
    const seed = this.#resources.seedOf(resource);
    const end = endHash(seed, key);
    const hash = sampleHash(end);
    if (hash >= this.#sample.threshold) return;
    const { weight, keys } = this.#sample;
    figures.sampled++;
    const index = this.#resources.current;
    add(this.#resources.requests, index, weight);
    const identity = identityHash(seed, key, end);
    const owner = keys.find(identity);
    if (owner === NOBODY || keys.sizes[owner] === 0) {
      figures.cold += weight;
      add(this.#resources.cold, index, weight);
      if (owner === NOBODY) this.#admit(identity, hash, index, 0);
      return;
    }
    const flags = keys.flags[owner] as number;
    const sequence = keys.sequences[owner] as number;
    const freshUntilS = keys.freshUntilS[owner] as number;
    const gone = (flags & GONE) !== 0 || this.#invalidations.covered(index, sequence);
    const suspect = (flags & SUSPECT) !== 0 || this.#invalidations.perhaps(index, sequence);
    const distance = this.#sample.use(owner, figures.hour);
    if (gone || (suspect && distance <= this.limitBytes)) {
      figures.invalidated += weight;
      add(this.#resources.invalidated, index, weight);
    } else if (freshUntilS !== 0 && freshUntilS <= this.#now() / 1_000) {
      figures.expired += weight;
      add(this.#resources.expired, index, weight);
      keys.flags[owner] = RELOADING;
    } else figures.place(distance, weight);
  }

  stored(resource: string, key: string, { sizeBytes, ttlMs, graceMs, payload }: StoredFacts): void {
    const seed = this.#resources.seedOf(resource);
    const end = endHash(seed, key);
    const hash = sampleHash(end);
    if (hash >= this.#sample.threshold) return;
    const resources = this.#resources;
    const index = resources.current;
    const identity = identityHash(seed, key, end);
    let owner = this.#sample.keys.find(identity);
    if (owner === NOBODY) owner = this.#admit(identity, hash, index, sizeBytes);
    if (owner === NOBODY) return;
    const { keys, weight } = this.#sample;
    const nowS = this.#now() / 1_000;
    const digest = crc32(payload) | 0;
    if (((keys.flags[owner] as number) & RELOADING) !== 0) {
      add(resources.reloads, index, weight);
      if (keys.digests[owner] === digest) add(resources.unchanged, index, weight);
    }
    add(resources.stores, index, weight);
    add(resources.ttlMs, index, ttlMs * weight);
    keys.digests[owner] = digest;
    keys.sizes[owner] = sizeBytes;
    keys.freshUntilS[owner] = Math.min(MAX_S, nowS + ttlMs / 1_000);
    keys.keptUntilS[owner] = Math.min(MAX_S, nowS + (ttlMs + graceMs) / 1_000);
    keys.flags[owner] = 0;
    keys.sequences[owner] = this.#invalidations.now;
    this.#sample.use(owner, this.#figures.hour);
  }

  deleted(resource: string, key: string): void {
    this.#flag(resource, key, GONE);
  }

  changedElsewhere(resource: string, key: string): void {
    this.#flag(resource, key, SUSPECT);
  }

  invalidated(scope: Scope): void {
    if ('tag' in scope) this.#invalidations.tag();
    else this.#invalidations.prefix(this.#resources.indexOf(scope.resource), scope.prefix === '');
  }

  cleared(): void {
    this.#invalidations.all();
  }

  /** Lets the past weigh less, in whole hours. */
  age(nowMs: number): void {
    const factor = this.#figures.age(nowMs);
    if (factor === 1) return;
    this.#resources.decay(factor);
    this.#sample.settle();
    this.#sample.forgetUnseen(this.#figures.hour);
  }

  sample(nowMs: number): CurveSample {
    const { tenantId, processEpoch } = this.#options;
    this.age(nowMs);
    return {
      tenantId,
      processEpoch,
      savedAtMs: nowMs,
      rate: this.rate,
      ...this.#figures.values(),
      resources: this.#resources.values(),
    };
  }

  #admit(identity: number, hash: number, resource: number, sizeBytes: number): number {
    const owner = this.#sample.admit(identity, hash);
    if (owner === NOBODY) return owner;
    const { keys } = this.#sample;
    keys.sizes[owner] = sizeBytes;
    keys.resources[owner] = resource;
    keys.sequences[owner] = this.#invalidations.now;
    this.#sample.use(owner, this.#figures.hour);
    return owner;
  }

  #isKept(keys: TrackedKeys, owner: number): boolean {
    const kept = keys.keptUntilS[owner] as number;
    if (kept !== 0 && kept <= this.#now() / 1_000) return false;
    return !this.#invalidations.covered(keys.resources[owner] as number, keys.sequences[owner] as number);
  }

  #flag(resource: string, key: string, flag: number): void {
    const seed = this.#resources.seedOf(resource);
    const end = endHash(seed, key);
    if (sampleHash(end) >= this.#sample.threshold) return;
    const { keys } = this.#sample;
    const owner = keys.find(identityHash(seed, key, end));
    if (owner === NOBODY) return;
    keys.flags[owner] = (keys.flags[owner] as number) | flag;
    if (flag === GONE) this.#sample.empty(owner);
  }

  #sizeBytes(resource: string, key: string, payloadBytes: number): number {
    const bytes = this.#keyFrameBytes + resource.length + key.length + ENVELOPE_BYTES + payloadBytes + OVERHEAD_BYTES;
    return Math.ceil(bytes / SIZE_UNIT_BYTES) * SIZE_UNIT_BYTES;
  }
}

function add(column: Float64Array, index: number, weight: number): void {
  column[index] = (column[index] as number) + weight;
}
