export interface Queued {
  /** Items of one key keep their order: one waits while another of its key is in a call. */
  readonly key: string;
  readonly bytes: number;
  reject(error: unknown): void;
}

export interface TickQueueOptions<Item> {
  /** Items in one call. */
  readonly maxItems: number;
  /** Bytes in one call; an item above it goes alone. */
  readonly maxBytes: number;
  /** Settles each item, or gives back, in order, those that must be sent again. */
  readonly send: (items: readonly Item[]) => Promise<readonly Item[]>;
  /** Calls in flight at once. Default 2: one is worked on while the next is composed. */
  readonly maxCalls?: number;
  /** Nothing waits and nothing is under way. */
  readonly onIdle?: (() => void) | undefined;
}

const MAX_CALLS_IN_FLIGHT = 2;

/**
 * Gathers the items of one tick into one call: what arrives while calls are in flight makes up the next one, so batches
 * grow with the load and a lone item waits for nothing.
 */
export class TickQueue<Item extends Queued> {
  readonly #options: TickQueueOptions<Item>;
  readonly #maxCalls: number;
  readonly #sentKeys = new Set<string>();
  #items: Item[] = [];
  #inFlight = 0;
  #scheduled = false;

  constructor(options: TickQueueOptions<Item>) {
    this.#options = options;
    this.#maxCalls = options.maxCalls ?? MAX_CALLS_IN_FLIGHT;
  }

  add(item: Item): void {
    this.#items.push(item);
    if (this.#scheduled || this.#inFlight === this.#maxCalls) return;
    this.#scheduled = true;
    // After the microtasks of this tick, so that callers resumed together are sent together.
    process.nextTick(this.#pump);
  }

  readonly #pump = (): void => {
    this.#scheduled = false;
    while (this.#items.length > 0 && this.#inFlight < this.#maxCalls) {
      const batch = this.#take();
      if (batch.length === 0) return;
      void this.#send(batch);
    }
  };

  async #send(batch: readonly Item[]): Promise<void> {
    for (const { key } of batch) this.#sentKeys.add(key);
    this.#inFlight++;
    try {
      const again = await this.#options.send(batch);
      if (again.length > 0) this.#items.unshift(...again);
    } catch (error) {
      // What queued behind a call that failed would wait for a second deadline.
      const behind = this.#items;
      this.#items = [];
      for (const item of batch) item.reject(error);
      for (const item of behind) item.reject(error);
    }
    this.#inFlight--;
    for (const { key } of batch) this.#sentKeys.delete(key);
    this.#pump();
    if (this.#inFlight === 0 && this.#items.length === 0) this.#options.onIdle?.();
  }

  /** The first items that may go; those of a key in flight stay, and with them all later ones of that key. */
  #take(): Item[] {
    const { maxItems, maxBytes } = this.#options;
    const items = this.#items;
    const batch: Item[] = [];
    let left: Item[] | undefined;
    let waiting: Set<string> | undefined;
    let bytes = 0;
    let index = 0;
    for (; index < items.length && batch.length < maxItems; index++) {
      const item = items[index] as Item;
      if (this.#sentKeys.has(item.key) || waiting?.has(item.key)) {
        waiting ??= new Set();
        left ??= [];
        waiting.add(item.key);
        left.push(item);
        continue;
      }
      bytes += item.bytes;
      if (batch.length > 0 && bytes > maxBytes) break;
      batch.push(item);
    }
    const rest = index === items.length ? [] : items.slice(index);
    this.#items = left ? [...left, ...rest] : rest;
    return batch;
  }
}
