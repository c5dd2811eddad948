import type { Resident } from './resident.js';

/** The tagged entries of a tenant, so that dropping a tag costs what it drops and not a walk over all. */
export class TagIndex {
  readonly #byTag = new Map<string, Set<Resident>>();

  add(resident: Resident): void {
    for (const tag of resident.entry.tags ?? []) {
      const tagged = this.#byTag.get(tag);
      if (tagged) tagged.add(resident);
      else this.#byTag.set(tag, new Set([resident]));
    }
  }

  remove(resident: Resident): void {
    for (const tag of resident.entry.tags ?? []) {
      const tagged = this.#byTag.get(tag);
      if (tagged?.delete(resident) && tagged.size === 0) this.#byTag.delete(tag);
    }
  }

  /** Safe to remove from while it is walked. */
  tagged(tag: string): Iterable<Resident> {
    return this.#byTag.get(tag) ?? [];
  }
}
