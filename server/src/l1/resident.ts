import type { LocalEntry } from '../core/local-tier.js';

/** A resource's entries of one tenant, by key. */
export interface Shelf {
  readonly name: string;
  readonly residents: Map<string, Resident>;
}

/** An entry as it stands in L1. A class, so that all have one shape and a hit reads plain fields. */
export class Resident {
  /** Moves and additions that its order had counted when this one moved last. */
  movedAt = 0;
  /** The beat of its last use that was told. */
  toldAt = 0;
  /** For orders with an admission: whether it passed, and the hash that its uses are counted under. */
  admitted = false;
  hash = 0;

  constructor(
    readonly entry: LocalEntry,
    readonly shelf: Shelf,
    readonly key: string,
    readonly deadlineMs: number,
    /** Estimated heap bytes, bookkeeping included. */
    readonly sizeBytes: number,
  ) {}
}

/** Who leaves first. `onEvict` of the constructor is told of everybody that leaves unasked. */
export interface EvictionOrder {
  readonly entries: number;
  /** May evict others, or the newcomer itself. */
  add(resident: Resident): void;
  used(resident: Resident): void;
  remove(resident: Resident): void;
  /** Evicts the one whose turn it is. */
  evict(): void;
}

export type OnEvict = (resident: Resident) => void;
