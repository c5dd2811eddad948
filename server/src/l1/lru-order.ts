import { RecencyList } from './recency-list.js';
import type { EvictionOrder, OnEvict, Resident } from './resident.js';

/** The least recently used goes first. */
export class LruOrder implements EvictionOrder {
  readonly #list: RecencyList;

  constructor(maxBytes: number, onEvict: OnEvict) {
    this.#list = new RecencyList(maxBytes, onEvict);
  }

  get entries(): number {
    return this.#list.entries;
  }

  add(resident: Resident): void {
    this.#list.add(resident);
  }

  used(resident: Resident): void {
    this.#list.used(resident);
  }

  remove(resident: Resident): void {
    this.#list.remove(resident);
  }

  evict(): void {
    this.#list.pop();
  }
}
