import { HASH_SPACE } from './key-hash.js';
import { NOBODY, type TrackedKeys } from './tracked-keys.js';
import { TrackedStack } from './tracked-stack.js';

/** Keys of a tenant that are tracked at the most, as in the paper's Table 3: its mean error there is 0.3 points. */
export const MAX_TRACKED_KEYS = 8_000;
/** What a tenant with few keys takes; doubled whenever it is full. */
export const FIRST_CAPACITY = 64;

export interface KeySampleOptions {
  /** Asked before memory for more keys is taken; false: the rate falls instead. */
  readonly mayGrow: (fromKeys: number, toKeys: number) => boolean;
  readonly maxKeys?: number | undefined;
  /** Whether the entry still takes room in the store. */
  readonly kept: (keys: TrackedKeys, owner: number) => boolean;
}

/** Which keys are tracked, of a number that is fixed at last: when it is reached, the rate falls until one has to leave. */
export class KeySample {
  /** Hashes below it are sampled. */
  threshold = HASH_SPACE;
  /** For how many requests a sampled one stands: 1/R. */
  weight = 1;
  readonly #options: KeySampleOptions;
  #stack = new TrackedStack(FIRST_CAPACITY);

  constructor(options: KeySampleOptions) {
    this.#options = options;
  }

  get keys(): TrackedKeys {
    return this.#stack.keys;
  }

  get rate(): number {
    return this.threshold / HASH_SPACE;
  }

  /** Tracks a key that was not; `NOBODY` where that would be the one to leave. It still has to be used. */
  admit(identity: number, hash: number): number {
    const { capacity } = this.keys;
    if (this.keys.full) this.#grow(capacity);
    const { keys } = this;
    if (!keys.full) return keys.add(identity, hash);
    const { greatest } = keys;
    const greatestHash = keys.hashes[greatest] as number;
    this.#sampleBelow(Math.max(hash, greatestHash));
    if (hash >= greatestHash) return NOBODY;
    this.#stack.free(greatest);
    return keys.replaceGreatest(identity, hash);
  }

  /** Moves the key to the front; returns the bytes that LRU would have to hold for this use to be a hit. */
  use(owner: number, hour: number): number {
    const stack = this.#stack;
    const distance = stack.bytesSince(owner) * this.weight + (stack.keys.sizes[owner] as number);
    if (stack.full) this.settle();
    stack.use(owner, hour);
    return distance;
  }

  /** The entry is no longer in the store. */
  empty(owner: number): void {
    this.#stack.empty(owner);
  }

  /** What is no longer in the store takes no room there. */
  settle(): void {
    const { keys } = this;
    this.#stack.settle((owner) => this.#options.kept(keys, owner));
  }

  /**
   * Forgets keys that nobody asked for in a day, and raises the rate instead: else a tenant whose keys come and go would
   * end with a sample of keys that are gone.
   */
  forgetUnseen(hour: number): void {
    if (this.threshold === HASH_SPACE) return;
    const stack = this.#stack.withoutUnseen(hour);
    if (stack === undefined) return;
    const raised = this.threshold * (this.keys.count / Math.max(1, stack.keys.count));
    this.#stack = stack;
    this.#sampleBelow(raised);
  }

  #sampleBelow(threshold: number): void {
    this.threshold = Math.max(1, Math.min(HASH_SPACE, Math.floor(threshold)));
    this.weight = HASH_SPACE / this.threshold;
  }

  #grow(fromKeys: number): void {
    const toKeys = Math.min(this.#options.maxKeys ?? MAX_TRACKED_KEYS, fromKeys * 2);
    if (toKeys > fromKeys && this.#options.mayGrow(fromKeys, toKeys)) this.#stack = this.#stack.moved(toKeys);
  }
}
