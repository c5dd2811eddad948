import type { Model } from './eviction-models.js';

/** As in the quota's rule. */
const DOWN_TO_RATIO = 0.9;
const FEWEST_ENTRIES = 64;

interface Held {
  readonly bytes: number;
  weight: number;
  usedAt: number;
}

/**
 * LRFU in real numbers, evicting down to 90 %: an access weighs half as much after `usesPerEntry` accesses per entry.
 * @param usesPerEntry 0: recency alone
 */
export const lrfu =
  (usesPerEntry: number): Model =>
  (requests, capacity) => {
    const held = new Map<string, Held>();
    let heldBytes = 0;
    let hits = 0;
    let time = 0;
    const use = (entry: Held, at: number) => {
      entry.usedAt = at;
      if (usesPerEntry === 0) return;
      time += 1 / (Math.max(held.size, FEWEST_ENTRIES) * usesPerEntry);
      entry.weight = Math.max(entry.weight, time) + Math.log2(1 + 2 ** -Math.abs(entry.weight - time));
    };
    for (const [at, { key, bytes }] of requests.entries()) {
      const found = held.get(key);
      if (found) {
        hits++;
        use(found, at);
        continue;
      }
      if (bytes > capacity) continue;
      if (heldBytes + bytes > capacity) {
        for (const [victim, entry] of [...held].sort(([, a], [, b]) => a.weight - b.weight || a.usedAt - b.usedAt)) {
          if (heldBytes + bytes <= capacity * DOWN_TO_RATIO) break;
          held.delete(victim);
          heldBytes -= entry.bytes;
        }
      }
      const entry = { bytes, weight: 0, usedAt: at };
      held.set(key, entry);
      heldBytes += bytes;
      use(entry, at);
    }
    return (hits / requests.length) * 100;
  };
