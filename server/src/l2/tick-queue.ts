export interface Queued {
  reject(error: unknown): void;
}

export interface TickQueueOptions<Item> {
  /** Items in one call. */
  readonly maxItems: number;
  /** Bytes in one call; an item above it goes alone. */
  readonly maxBytes: number;
  readonly bytesOf: (item: Item) => number;
  /** Settles each item, or gives back, in order, those that must be sent again. */
  readonly send: (items: readonly Item[]) => Promise<readonly Item[]>;
}

/**
 * Gathers the items of one tick into one call, one call in flight: what arrives meanwhile makes up the next one, so
 * batches grow with the load and a lone item waits for nothing.
 */
export class TickQueue<Item extends Queued> {
  readonly #options: TickQueueOptions<Item>;
  #items: Item[] = [];
  #sending = false;

  constructor(options: TickQueueOptions<Item>) {
    this.#options = options;
  }

  add(item: Item): void {
    this.#items.push(item);
    if (this.#sending) return;
    this.#sending = true;
    // After the microtasks of this tick, so that callers resumed together are sent together.
    process.nextTick(this.#drain);
  }

  readonly #drain = async (): Promise<void> => {
    while (this.#items.length > 0) {
      const batch = this.#take();
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
    }
    this.#sending = false;
  };

  #take(): Item[] {
    const { maxItems, maxBytes, bytesOf } = this.#options;
    let count = 0;
    let bytes = 0;
    while (count < this.#items.length && count < maxItems) {
      bytes += bytesOf(this.#items[count] as Item);
      if (count > 0 && bytes > maxBytes) break;
      count++;
    }
    if (count === this.#items.length) {
      const all = this.#items;
      this.#items = [];
      return all;
    }
    return this.#items.splice(0, count);
  }
}
