import type { SampledResource } from '../core/advice.js';
import { MAX_COUNTED_RESOURCES, OTHER_RESOURCE } from '../core/counters.js';
import { nameSeed } from './key-hash.js';

const COLUMNS = ['requests', 'cold', 'expired', 'invalidated', 'reloads', 'unchanged', 'ttlMs', 'stores'] as const;
/** Stands for all that are not told apart. */
const OTHER = MAX_COUNTED_RESOURCES;

/** What is sampled of each resource, in columns by the number of the resource. */
export class SampledResources {
  readonly requests = new Float64Array(OTHER + 1);
  readonly cold = new Float64Array(OTHER + 1);
  readonly expired = new Float64Array(OTHER + 1);
  readonly invalidated = new Float64Array(OTHER + 1);
  readonly reloads = new Float64Array(OTHER + 1);
  readonly unchanged = new Float64Array(OTHER + 1);
  readonly ttlMs = new Float64Array(OTHER + 1);
  readonly stores = new Float64Array(OTHER + 1);
  readonly #seed: number;
  readonly #indexes = new Map<string, number>();
  /** The resource asked for last: most requests come in runs of one. */
  #lastName = '';
  #lastSeed = 0;
  #lastIndex = OTHER;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** The number of the resource that `seedOf` was asked for last. */
  get current(): number {
    return this.#lastIndex;
  }

  /** What the hashes of its keys begin with. */
  seedOf(name: string): number {
    if (name !== this.#lastName) this.#turnTo(name);
    return this.#lastSeed;
  }

  /** Undefined for one that shares its number. */
  indexOf(name: string): number | undefined {
    return this.#indexes.get(name);
  }

  decay(factor: number): void {
    for (const column of COLUMNS) {
      for (let index = 0; index <= OTHER; index++) this[column][index] = (this[column][index] as number) * factor;
    }
  }

  values(): Record<string, SampledResource> {
    const names = [...this.#indexes, [OTHER_RESOURCE, OTHER] as const];
    return Object.fromEntries(
      names.flatMap(([name, index]) => {
        const figures = COLUMNS.map((column) => [column, this[column][index] as number] as const);
        return figures.some(([, value]) => value > 0) ? [[name, Object.fromEntries(figures) as never]] : [];
      }),
    );
  }

  #turnTo(name: string): void {
    let index = this.#indexes.get(name);
    if (index === undefined) {
      index = Math.min(OTHER, this.#indexes.size);
      if (index < OTHER) this.#indexes.set(name, index);
    }
    this.#lastName = name;
    this.#lastSeed = nameSeed(name, this.#seed);
    this.#lastIndex = index;
  }
}
