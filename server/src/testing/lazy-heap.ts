/** False once the item was removed or replaced; it then leaves the heap when it comes to the top. */
export interface Leaving {
  live: boolean;
}

const COMPACT_ABOVE = 64;

/** A binary heap with lazy removal. */
export class LazyHeap<T extends Leaving> {
  readonly #order: (a: T, b: T) => number;
  #items: T[] = [];

  /** @param order of two items, below 0 where the first goes first */
  constructor(order: (a: T, b: T) => number) {
    this.#order = order;
  }

  push(item: T, liveCount: number): void {
    if (this.#items.length > COMPACT_ABOVE + 2 * liveCount) this.#compact();
    this.#items.push(item);
    this.#up(this.#items.length - 1);
  }

  /** The first live item. */
  peek(): T | undefined {
    while (this.#items.length > 0 && this.#items[0]?.live === false) this.#pop();
    return this.#items[0];
  }

  /** The live items in order. Those still alive at the end of the walk stay. */
  *walk(): Generator<T> {
    const seen: T[] = [];
    try {
      for (let item = this.#take(); item; item = this.#take()) {
        seen.push(item);
        yield item;
      }
    } finally {
      for (const item of seen) {
        if (!item.live) continue;
        this.#items.push(item);
        this.#up(this.#items.length - 1);
      }
    }
  }

  #take(): T | undefined {
    return this.peek() && this.#pop();
  }

  #pop(): T | undefined {
    const top = this.#items[0];
    const last = this.#items.pop();
    if (last && this.#items.length > 0) {
      this.#items[0] = last;
      this.#down(0);
    }
    return top;
  }

  #compact(): void {
    this.#items = this.#items.filter((item) => item.live).sort(this.#order);
  }

  #up(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#order(this.#items[at] as T, this.#items[parent] as T) >= 0) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #down(from: number): void {
    let at = from;
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#items.length && this.#order(this.#items[child] as T, this.#items[least] as T) < 0) {
          least = child;
        }
      }
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #swap(a: number, b: number): void {
    const items = this.#items as T[];
    [items[a], items[b]] = [items[b] as T, items[a] as T];
  }
}
