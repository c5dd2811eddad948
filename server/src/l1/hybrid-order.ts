import { FrequencySketch, hashOf } from './frequency-sketch.js';
import { RecencyList } from './recency-list.js';
import type { EvictionOrder, OnEvict, Resident } from './resident.js';

/** Share of the bytes where recency alone decides; measured best of 1, 10, 20, 30, 40 and 50 % over the traces. */
const WINDOW_RATIO = 0.5;

/**
 * Recency and frequency together (W-TinyLFU; Einziger, Friedman, Manes, "TinyLFU", ACM Transactions on Storage 2017):
 * newcomers pass through a window, and what falls out of it enters the main part only where it was used more often
 * than all those together whose place it would take.
 */
export class HybridOrder implements EvictionOrder {
  readonly #onEvict: OnEvict;
  readonly #sketch = new FrequencySketch();
  readonly #window: RecencyList;
  readonly #main: RecencyList;
  readonly #windowBytes: number;
  readonly #mainBytes: number;

  constructor(maxBytes: number, onEvict: OnEvict) {
    this.#onEvict = onEvict;
    this.#windowBytes = Math.max(1, Math.floor(maxBytes * WINDOW_RATIO));
    this.#mainBytes = Math.max(1, maxBytes - this.#windowBytes);
    this.#window = new RecencyList(this.#windowBytes, (resident) => this.#offer(resident));
    this.#main = new RecencyList(this.#mainBytes, onEvict);
  }

  get entries(): number {
    return this.#window.entries + this.#main.entries;
  }

  add(resident: Resident): void {
    resident.hash = hashOf(resident.shelf.name, resident.key);
    this.#sketch.count(resident.hash);
    this.#sketch.reserve(this.entries + 1);
    // lru-cache would drop without a word what does not fit.
    if (resident.sizeBytes > this.#windowBytes) this.#onEvict(resident);
    else this.#window.add(resident);
  }

  used(resident: Resident): void {
    this.#sketch.count(resident.hash);
    (resident.admitted ? this.#main : this.#window).used(resident);
  }

  remove(resident: Resident): void {
    (resident.admitted ? this.#main : this.#window).remove(resident);
  }

  /** Where the process's budget is the narrower bound, the same admission keeps the halves apart. */
  evict(): void {
    for (;;) {
      const candidate = this.#window.oldest();
      if (candidate === undefined || this.#main.bytes >= this.#window.bytes) {
        this.#main.pop();
        return;
      }
      const rival = this.#main.oldest();
      const wanted = rival === undefined ? 1 : this.#frequency(rival);
      this.#window.remove(candidate);
      if (this.#frequency(candidate) <= wanted) {
        this.#onEvict(candidate);
        return;
      }
      this.#admit(candidate);
    }
  }

  #offer(candidate: Resident): void {
    const missingBytes = this.#main.bytes + candidate.sizeBytes - this.#mainBytes;
    if (missingBytes <= 0 || this.#outweighs(candidate, missingBytes)) this.#admit(candidate);
    else this.#onEvict(candidate);
  }

  #outweighs(candidate: Resident, missingBytes: number): boolean {
    const wanted = this.#frequency(candidate);
    let freedBytes = 0;
    let frequencies = 0;
    for (const victim of this.#main.oldestFirst()) {
      frequencies += this.#frequency(victim);
      if (frequencies >= wanted) return false;
      freedBytes += victim.sizeBytes;
      if (freedBytes >= missingBytes) return true;
    }
    return false;
  }

  #admit(resident: Resident): void {
    resident.admitted = true;
    this.#main.add(resident);
  }

  #frequency(resident: Resident): number {
    return this.#sketch.estimate(resident.hash);
  }
}
