/** Items in the order in which they were added, and one walk over them that may pause; what is added later it does not reach. */
export class WriteOrder<T> {
  readonly #items = new Map<T, number>();
  #added = 0;
  #walk: { readonly items: Iterator<[T, number]>; readonly last: number } | undefined;

  add(item: T): void {
    this.#items.set(item, ++this.#added);
  }

  delete(item: T): void {
    this.#items.delete(item);
  }

  begin(): void {
    this.#walk = { items: this.#items.entries(), last: this.#added };
  }

  /** Undefined at the end of the walk. */
  next(): T | undefined {
    const next = this.#walk?.items.next();
    if (!this.#walk || !next || next.done || next.value[1] > this.#walk.last) return undefined;
    return next.value[0];
  }
}
