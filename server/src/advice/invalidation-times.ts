/**
 * When what was invalidated, by a count of all that was: an entry stored earlier is gone, or may be. Tags and prefixes
 * are not matched, for the sample holds neither; whether they covered an entry is told by the request that misses it.
 */
export class InvalidationTimes {
  /** What an entry that is stored now gets. */
  now = 1;
  #all = 0;
  #tags = 0;
  readonly #resources = new Map<number, number>();
  readonly #prefixes = new Map<number, number>();

  all(): void {
    this.#all = this.now++;
  }

  tag(): void {
    this.#tags = this.now++;
  }

  /** @param resource undefined for one of those that are not told apart */
  prefix(resource: number | undefined, whole: boolean): void {
    if (resource === undefined) this.tag();
    else (whole ? this.#resources : this.#prefixes).set(resource, this.now++);
  }

  covered(resource: number, sequence: number): boolean {
    return sequence <= this.#all || sequence <= (this.#resources.get(resource) ?? 0);
  }

  perhaps(resource: number, sequence: number): boolean {
    return sequence <= this.#tags || sequence <= (this.#prefixes.get(resource) ?? 0);
  }
}
