import { valueAxis } from '@/charts/ticks';
import { MIB } from '@/components/ui/figures';
import type { QuotaOutlook } from '@/data/advice-schema';

/** What is nearer to the best than this is as good as the best. */
const AS_GOOD = 0.005;
const LEFT_OF_PRESENT = 1.25;
const RIGHT_OF_PRESENT = 2.5;
const ROWS_PER_TICK = 4;
/** The axis starts at the round share below the curve this far from its left end. */
const FOOT = 0.05;
const ROUND_SHARE = 0.2;

/** The hit rate of a cache of this size: a line between two points, flat beyond the last. */
export function hitRateAt(
  { points, bestHitRate }: Pick<QuotaOutlook, 'points' | 'bestHitRate'>,
  bytes: number,
): number {
  let before = { bytes: 0, hitRate: 0 };
  for (const point of points) {
    if (point.bytes >= bytes) {
      const share = point.bytes === before.bytes ? 1 : (bytes - before.bytes) / (point.bytes - before.bytes);
      return before.hitRate + share * (point.hitRate - before.hitRate);
    }
    before = point;
  }
  return points.length > 0 ? before.hitRate : bestHitRate;
}

/** The smallest whole number of MiB that answers within half a point of what any size would. */
export function enoughBytes(outlook: Pick<QuotaOutlook, 'points' | 'bestHitRate'>): number | undefined {
  const enough = outlook.points.find(({ hitRate }) => hitRate >= outlook.bestHitRate - AS_GOOD);
  return enough && Math.max(1, Math.ceil(enough.bytes / MIB)) * MIB;
}

export interface CurveView {
  /** The end of the size axis, in MiB. */
  readonly maxMib: number;
  readonly tickMib: readonly number[];
  readonly tickDecimals: number;
  /** Where the axis of the hit rate starts. */
  readonly minRate: number;
  readonly line: readonly CurvePoint[];
  /** Round sizes and the present one: what the table lists and the arrow keys read. */
  readonly rows: readonly CurvePoint[];
}

export interface CurvePoint {
  readonly mib: number;
  readonly hitRate: number;
}

/** The part of the curve worth seeing: from nothing to beyond the present limit and, where it is not far, to its end. */
export function curveView(outlook: QuotaOutlook): CurveView {
  const { points, presentBytes } = outlook;
  const lastBytes = (points.at(-1)?.bytes ?? MIB) * 1.1;
  const present = presentBytes ?? lastBytes;
  const widest = Math.min(present * RIGHT_OF_PRESENT, Math.max(present * LEFT_OF_PRESENT, lastBytes));
  const { ticks, decimals } = valueAxis(widest / MIB, 1);
  const step = (ticks[1] ?? 1) - (ticks[0] ?? 0);
  const maxMib = Math.ceil(widest / MIB / step - 1e-9) * step;
  const at = (mib: number): CurvePoint => ({ mib, hitRate: hitRateAt(outlook, mib * MIB) });
  const minRate = Math.floor(at(maxMib * FOOT).hitRate / ROUND_SHARE) * ROUND_SHARE;
  const rowMib = new Set([presentBytes === null ? undefined : presentBytes / MIB]);
  for (let index = 1; (index * step) / ROWS_PER_TICK <= maxMib + 1e-9; index += 1) {
    rowMib.add((index * step) / ROWS_PER_TICK);
  }
  // What lies below the axis is left out: a line along its foot would be read as a hit rate.
  const inside = points.filter(({ bytes, hitRate }) => bytes / MIB < maxMib && hitRate >= minRate);
  return {
    maxMib,
    tickMib: Array.from({ length: Math.round(maxMib / step) }, (_, index) => (index + 1) * step),
    tickDecimals: decimals,
    minRate,
    line: [...inside.map(({ bytes, hitRate }) => ({ mib: bytes / MIB, hitRate })), at(maxMib)],
    rows: [...rowMib]
      .filter((mib): mib is number => mib !== undefined)
      .sort((a, b) => a - b)
      .map((mib) => (mib * MIB === presentBytes ? { mib, hitRate: outlook.presentHitRate } : at(mib))),
  };
}
