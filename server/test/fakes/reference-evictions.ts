/** One request of a replay: what is not there is written, and counts so many bytes. */
export interface ReplayRequest {
  readonly key: string;
  readonly sizeBytes: number;
  readonly ttlS: number;
}

interface Held {
  readonly key: string;
  readonly sizeBytes: number;
  readonly expiresS: number;
  usedAt: number;
  /** Logarithm, base 2, of the sum over the uses of 2^(when). */
  weight: number;
}

type Order = (a: Held, b: Held) => number;

/** One call of a write evicts no more; once it fits it is content, even if that is above 90 %. */
const MOST_AT_ONCE = 64;

const byUse: Order = (a, b) => a.usedAt - b.usedAt;
const byWeight: Order = (a, b) => a.weight - b.weight;

/**
 * Simulations to the letter, written apart from the product: every use counts at once, weights are real numbers, and the
 * whole order is sorted anew for each eviction. `lru-full` evicts no more than it must; the others follow the quota's
 * rule: down to 90 %, 64 entries at a time.
 */
export const REFERENCES = {
  'lru-full': reference(byUse, 1),
  lru: reference(byUse, 0.9),
  ttl: reference((a, b) => a.expiresS - b.expiresS, 0.9),
  lfu: reference(byWeight, 0.9, 4),
  hybrid: reference(byWeight, 0.9, 1),
} as const;

/** @returns hits of a hundred requests */
function reference(order: Order, downTo: number, usesPerEntryAndHalfLife = Number.POSITIVE_INFINITY) {
  return (requests: readonly ReplayRequest[], limitBytes: number): number => {
    const held = new Map<string, Held>();
    let usedBytes = 0;
    let hits = 0;
    let time = 0;
    const use = (entry: Held, at: number) => {
      time += 1 / (Math.max(held.size, 64) * usesPerEntryAndHalfLife);
      const [high, low] = entry.weight > time ? [entry.weight, time] : [time, entry.weight];
      entry.weight = high + Math.log2(1 + 2 ** (low - high));
      entry.usedAt = at;
    };
    for (const [at, { key, sizeBytes, ttlS }] of requests.entries()) {
      const found = held.get(key);
      if (found) {
        hits++;
        use(found, at);
        continue;
      }
      if (sizeBytes > limitBytes) continue;
      if (usedBytes + sizeBytes > limitBytes) {
        const victims = [...held.values()].sort(order);
        for (const [gone, victim] of victims.entries()) {
          const fits = usedBytes + sizeBytes <= limitBytes;
          if (usedBytes + sizeBytes <= limitBytes * downTo || (fits && gone > 0 && gone % MOST_AT_ONCE === 0)) break;
          held.delete(victim.key);
          usedBytes -= victim.sizeBytes;
        }
      }
      // The time of one request is nothing beside any time to live.
      const entry = { key, sizeBytes, expiresS: ttlS, usedAt: at, weight: Number.NEGATIVE_INFINITY };
      held.set(key, entry);
      usedBytes += sizeBytes;
      use(entry, at);
    }
    return (hits / requests.length) * 100;
  };
}
