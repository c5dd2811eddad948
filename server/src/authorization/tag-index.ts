/** Which names have which tag, so that a tag finds them without a look at the others. */
export class TagIndex {
  readonly #names = new Map<string, Set<string>>();

  add(name: string, tags: readonly string[]): void {
    for (const tag of tags) {
      const names = this.#names.get(tag);
      if (names) names.add(name);
      else this.#names.set(tag, new Set([name]));
    }
  }

  /** @param tags those it was added with */
  remove(name: string, tags: readonly string[]): void {
    for (const tag of tags) {
      const names = this.#names.get(tag);
      names?.delete(name);
      if (names?.size === 0) this.#names.delete(tag);
    }
  }

  with(tag: string): Iterable<string> {
    return this.#names.get(tag) ?? [];
  }
}
