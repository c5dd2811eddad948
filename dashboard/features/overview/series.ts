import type { SeriesName } from '@/data/series/names';
import type { Reading } from '@/data/series/source';

/** The charts of the fleet and what each reads. */
export const FLEET_CHARTS = {
  'hit-ratio': ['l1Hits', 'l2Hits', 'misses'],
  bytes: ['usedBytes', 'quotaBytes'],
  evictions: ['evictions', 'expirations', 'invalidations'],
} as const satisfies Record<string, readonly SeriesName[]>;

export const FIGURE_NAMES = [
  'requests',
  'l1Hits',
  'l2Hits',
  'misses',
  'evictions',
  'bytesServed',
  'bytesWritten',
] as const;

export type FleetChart = keyof typeof FLEET_CHARTS;
export type FleetReading<Chart extends FleetChart> = Reading<(typeof FLEET_CHARTS)[Chart][number]>;
export type FiguresReading = Reading<(typeof FIGURE_NAMES)[number]> & {
  readonly getP99Ms: number | null;
  /** Of the period before; null where it is not known, or nobody asked. */
  readonly previousP99Ms: number | null;
};

export function isFleetChart(name: string): name is FleetChart {
  return Object.hasOwn(FLEET_CHARTS, name);
}

/** What the shared store may hold; 0 where it has no limit, null where that is not known. */
export type BytesReading = FleetReading<'bytes'> & { readonly capacityBytes: number | null };
