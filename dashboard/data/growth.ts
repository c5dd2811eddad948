const MIN_DAYS = 5;
const WORTH_SAYING = 0.005;
const FULL_RATIO = 0.9;

export interface DayOfUse {
  /** Whole days since 1970, UTC. */
  readonly day: number;
  readonly usedBytes: number;
}

/**
 * Days until the limit is reached, as the server's advice has it: the median slope between any two days; 0 from 90 % of
 * the limit on; null where there are fewer than five days, the slopes disagree, or growth is too small to matter.
 * @param days oldest first
 */
export function daysToFull(days: readonly DayOfUse[], limitBytes: number): number | null {
  const last = days.at(-1);
  if (!last || days.length < MIN_DAYS) return null;
  if (last.usedBytes >= limitBytes * FULL_RATIO) return 0;
  const slopes = days
    .flatMap((a, at) => days.slice(at + 1).map((b) => (b.usedBytes - a.usedBytes) / (b.day - a.day)))
    .sort((a, b) => a - b);
  const slope = quantile(slopes, 0.5);
  const agreed = quantile(slopes, 0.25) > 0;
  return agreed && slope >= limitBytes * WORTH_SAYING ? (limitBytes - last.usedBytes) / slope : null;
}

function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? 0;
  const above = sorted[Math.ceil(at)] ?? 0;
  return below + (above - below) * (at - Math.floor(at));
}
