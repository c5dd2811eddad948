import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import type { Emit } from '../core/contracts.js';
import type { LocalStore } from '../core/local-tier.js';

/** L1 may grow again from this much below the mark at which it shrinks. */
const RELAXED_BELOW = 0.1;
/** What each quiet poll gives back, of the present budget and at least of the full one. */
const GROW_RATIO = 1 / 16;
const LEAST_GROW_RATIO = 1 / 256;
/** Below this share of its full budget L1 is not what fills the memory. */
const FLOOR_RATIO = 1 / 256;
/** A rise by so much since the last halving asks for the next one, collected or not. */
const RISE = 0.03;

export interface MemoryPressureOptions {
  local: Pick<LocalStore, 'bytes' | 'shrink' | 'grow'>;
  maxBytesTotal: number;
  /** Share of the memory in use at which half of L1 is given back. */
  pressureAt: number;
  emit: Emit;
  /** The share in use; default `memoryInUse`. */
  read?: () => number;
}

/**
 * Shrinks L1 before the process runs out of memory: halves its budget where too much is in use, and gives it back
 * slowly. What was dropped stays counted until V8 collects it, so it waits for a full collection before the next half.
 */
export class MemoryPressure {
  readonly #options: Required<MemoryPressureOptions>;
  #budgetBytes: number;
  #halvedAt = Number.POSITIVE_INFINITY;
  #witness: WeakRef<object> | undefined;

  constructor(options: MemoryPressureOptions) {
    this.#options = { read: memoryInUse, ...options };
    this.#budgetBytes = options.maxBytesTotal;
  }

  /** At regular times: shrinks, or gives a little back. */
  poll(): void {
    const used = this.#options.read();
    if (used >= this.#options.pressureAt) this.#halve(used);
    else if (used < this.#options.pressureAt - RELAXED_BELOW) this.#grow(used);
  }

  /** After much was filled at once: only shrinks. */
  check(): void {
    const used = this.#options.read();
    if (used >= this.#options.pressureAt) this.#halve(used);
  }

  #halve(used: number): void {
    const { local, maxBytesTotal, emit } = this.#options;
    // V8 clears a WeakRef in a full collection only.
    const uncollected = this.#witness?.deref() !== undefined;
    if (uncollected && used < this.#halvedAt + RISE) return;
    const budgetBytes = Math.floor(Math.min(this.#budgetBytes, local.bytes()) / 2);
    if (budgetBytes < maxBytesTotal * FLOOR_RATIO) return;
    this.#witness = new WeakRef({});
    this.#halvedAt = used;
    this.#budgetBytes = budgetBytes;
    local.shrink(budgetBytes);
    emit({ type: 'memory-pressure', state: 'shrunk', memoryUsedRatio: used, budgetBytes });
  }

  #grow(used: number): void {
    const { local, maxBytesTotal, emit } = this.#options;
    if (this.#budgetBytes >= maxBytesTotal) return;
    const step = Math.max(this.#budgetBytes * GROW_RATIO, maxBytesTotal * LEAST_GROW_RATIO);
    this.#budgetBytes = Math.min(maxBytesTotal, Math.ceil(this.#budgetBytes + step));
    this.#witness = undefined;
    local.grow(this.#budgetBytes);
    if (this.#budgetBytes < maxBytesTotal) return;
    emit({ type: 'memory-pressure', state: 'recovered', memoryUsedRatio: used, budgetBytes: maxBytesTotal });
  }
}

/** The fuller of V8's old generation and of what the container grants; about 0 to 1. */
export function memoryInUse(): number {
  const { used_heap_size, heap_size_limit } = getHeapStatistics();
  // The limit counts the young generation in, but the process dies when the old one is full.
  const heap = used_heap_size / Math.max(1, heap_size_limit - YOUNG_BYTES);
  // Without a limit of its own it answers 0, or a number beyond any machine.
  const grantedBytes = process.constrainedMemory();
  const granted = grantedBytes > 0 && grantedBytes < totalmem();
  return granted ? Math.max(heap, process.memoryUsage.rss() / grantedBytes) : heap;
}

const MIB = 1024 * 1024;
/** V8's default; it tells the size in its flags only. */
const SEMI_SPACE_MIB = 16;
const flags = `${process.env.NODE_OPTIONS ?? ''} ${process.execArgv.join(' ')}`;
const semiSpaceMib = Number(/--max[-_]semi[-_]space[-_]size=(\d+)/.exec(flags)?.[1] ?? SEMI_SPACE_MIB);
const YOUNG_BYTES = 3 * semiSpaceMib * MIB;
