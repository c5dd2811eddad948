/** Whoever holds a part of a common budget. */
export interface Holder {
  readonly bytes: number;
  readonly entries: number;
  /** Gives until this many bytes or entries are left. */
  trim(toBytes: number, minEntries: number): void;
}

/** Each round finds another one whose last entry is above the level; after these, last entries go as well. */
const MAX_ROUNDS = 8;

/**
 * Has the largest holders give down to one common level, so that all together hold `targetBytes`: those below it give
 * nothing, and nobody gives the last entry unless the rest is more than `mostBytes`. In O(n log n) of the holders.
 */
export function takeFairly(holders: Iterable<Holder>, targetBytes: number, mostBytes: number): void {
  let givers = largestFirst(holders);
  let leftBytes = targetBytes;
  const spared: Holder[] = [];
  for (let round = 0; round < MAX_ROUNDS && givers.length > 0; round++) {
    const levelBytes = fairLevelBytes(givers, leftBytes);
    for (const giver of givers) {
      if (giver.bytes <= levelBytes) break;
      giver.trim(levelBytes, 1);
    }
    const above = givers.filter(({ bytes }) => bytes > levelBytes);
    if (above.length === 0) return;
    spared.push(...above);
    for (const { bytes } of above) leftBytes = Math.max(0, leftBytes - bytes);
    givers = largestFirst(givers.filter(({ bytes }) => bytes <= levelBytes));
  }
  let bytes = total(spared) + total(givers);
  for (const holder of largestFirst(spared)) {
    if (bytes <= mostBytes) return;
    bytes -= holder.bytes;
    holder.trim(0, 0);
  }
}

function fairLevelBytes(givers: readonly Holder[], targetBytes: number): number {
  let restBytes = total(givers);
  for (const [index, { bytes }] of givers.entries()) {
    const nextBytes = givers[index + 1]?.bytes ?? 0;
    restBytes -= bytes;
    if ((index + 1) * nextBytes + restBytes <= targetBytes) return (targetBytes - restBytes) / (index + 1);
  }
  return 0;
}

function largestFirst(holders: Iterable<Holder>): Holder[] {
  return [...holders].sort((one, other) => other.bytes - one.bytes);
}

function total(holders: readonly Holder[]): number {
  let bytes = 0;
  for (const holder of holders) bytes += holder.bytes;
  return bytes;
}
