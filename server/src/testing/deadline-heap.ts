/** What the heap orders: the soonest deadline first, then the smaller entry, then the name, as Redis does. */
export interface Expiring {
  readonly id: string;
  readonly deadlineS: number;
  readonly sizeBytes: number;
  /** False once the entry was removed or replaced; it then leaves the heap when it comes to the top. */
  live: boolean;
}

const COMPACT_ABOVE = 64;

/** A binary heap of deadlines with lazy removal. */
export class DeadlineHeap<T extends Expiring> {
  #items: T[] = [];

  push(item: T, liveCount: number): void {
    if (this.#items.length > COMPACT_ABOVE + 2 * liveCount) this.#compact();
    this.#items.push(item);
    this.#up(this.#items.length - 1);
  }

  /** The soonest live item. */
  peek(): T | undefined {
    while (this.#items.length > 0 && this.#items[0]?.live === false) this.#pop();
    return this.#items[0];
  }

  /** Removes the top and hands it out; the caller may push it again. */
  take(): T | undefined {
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
    this.#items = this.#items.filter((item) => item.live).sort(order);
  }

  #up(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (order(this.#items[at] as T, this.#items[parent] as T) >= 0) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #down(from: number): void {
    let at = from;
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#items.length && order(this.#items[child] as T, this.#items[least] as T) < 0) least = child;
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

function order(a: Expiring, b: Expiring): number {
  return a.deadlineS - b.deadlineS || a.sizeBytes - b.sizeBytes || (a.id < b.id ? -1 : Number(a.id > b.id));
}
