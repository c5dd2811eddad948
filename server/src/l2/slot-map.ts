import { SLOTS } from './cluster-slot.js';
import type { ClusterView } from './cluster-view.js';

/**
 * Which address serves each slot. Nodes that were away tell of a past that they still believe in, so a claim to a slot
 * holds against another by its epoch, as the nodes hold it among themselves.
 */
export class SlotMap {
  readonly #owners: (string | undefined)[] = new Array(SLOTS).fill(undefined);
  readonly #epochs = new Float64Array(SLOTS);

  ownerOf(slot: number): string | undefined {
    return this.#owners[slot];
  }

  /** @returns slots whose owner changed; those that had none before are not among them */
  learn({ masters, replicas }: ClusterView): Set<number> {
    const changed = new Set<number>();
    const known = new Map(masters.map((master) => [master.address, master]));
    const demoted = new Set(replicas.map(({ address }) => address));
    for (const { address, epoch, ranges } of masters) {
      for (const [first, last] of ranges) {
        for (let slot = first; slot <= last; slot++) {
          const owner = this.#owners[slot];
          const before = this.#epochs[slot] as number;
          // One that the Cluster does not know any more, or knows as a replica, has nothing to claim.
          const gone = owner !== undefined && !known.has(owner) && !demoted.has(owner);
          if (owner !== address && owner !== undefined && epoch < before && !gone) continue;
          if (owner !== address && owner !== undefined) changed.add(slot);
          this.#owners[slot] = address;
          this.#epochs[slot] = epoch;
        }
      }
    }
    return changed;
  }

  /** Ranges of slots by the address that serves them, in order. */
  ranges(): Map<string, [number, number][]> {
    const found = new Map<string, [number, number][]>();
    for (let slot = 0; slot < SLOTS; slot++) {
      const owner = this.#owners[slot];
      if (owner === undefined) continue;
      const ranges = found.get(owner);
      const last = ranges?.at(-1);
      if (last && last[1] === slot - 1) last[1] = slot;
      else if (ranges) ranges.push([slot, slot]);
      else found.set(owner, [[slot, slot]]);
    }
    return found;
  }
}
