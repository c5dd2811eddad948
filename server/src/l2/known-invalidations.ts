import type { StoredEntry } from '../core/contracts.js';
import type { EntryId } from '../core/resource.js';
import type { Scope } from '../core/scope.js';

/** The invalidations of one tenant, each with the newest sequence that it was made at. */
export class KnownInvalidations {
  readonly #tags = new Map<string, number>();
  readonly #prefixes = new Map<string, Map<string, number>>();
  #cleared = 0;
  #newest = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Sequences only grow, so the order in which invalidations are heard of does not matter. */
  add(scope: Scope, sequence: number): void {
    if (sequence <= this.#cleared) return;
    this.#newest = Math.max(this.#newest, sequence);
    if ('tag' in scope) this.#raise(this.#tags, scope.tag, sequence);
    else {
      let prefixes = this.#prefixes.get(scope.resource);
      if (!prefixes) {
        prefixes = new Map();
        this.#prefixes.set(scope.resource, prefixes);
      }
      this.#raise(prefixes, scope.prefix, sequence);
    }
  }

  clear(sequence: number): void {
    if (sequence <= this.#cleared) return;
    this.#cleared = sequence;
    if (this.#newest > sequence) return;
    this.#newest = sequence;
    this.#tags.clear();
    this.#prefixes.clear();
    this.#size = 0;
  }

  /** Whether an entry is older than something that covers it. */
  hide(id: EntryId, { sequence, tags }: StoredEntry): boolean {
    if (sequence > this.#newest) return false;
    if (sequence <= this.#cleared) return true;
    if (tags && this.#tags.size > 0) {
      for (const tag of tags) if ((this.#tags.get(tag) ?? 0) >= sequence) return true;
    }
    if (this.#prefixes.size === 0) return false;
    const colon = id.indexOf(':');
    const prefixes = this.#prefixes.get(id.slice(0, colon));
    if (!prefixes) return false;
    for (const [prefix, at] of prefixes) if (at >= sequence && id.startsWith(prefix, colon + 1)) return true;
    return false;
  }

  #raise(sequences: Map<string, number>, name: string, sequence: number): void {
    const known = sequences.get(name);
    if (known === undefined) this.#size++;
    if (known === undefined || known < sequence) sequences.set(name, sequence);
  }
}
