import type { ChartSeries, ValueFormat } from '@/charts/chart-model';
import type { Value } from '@/charts/gaps';
import { ratio, total } from '@/charts/stack';
import { NO_BREAK_SPACE, number } from '@/components/ui/number';

/** Ratios from 0 to 1 as per cent. */
export const SHARE_FORMAT: ValueFormat = {
  text: (value) => `${number(value * 100, 1)}${NO_BREAK_SPACE}%`,
  cell: (value) => number(value * 100, 1),
  tick: (value) => `${number(value * 100)}${NO_BREAK_SPACE}%`,
  unit: '%',
  scale: 100,
};

/** A tier's part of the reads: in each step, and of the whole range in the legend, where the parts add up to the finding. */
export function partSeries(
  look: Pick<ChartSeries, 'key' | 'name' | 'color' | 'mark'>,
  part: readonly Value[],
  reads: readonly Value[],
): ChartSeries {
  const all = total(reads);
  return { ...look, values: ratio(part, reads), legendValue: all > 0 ? SHARE_FORMAT.text(total(part) / all) : null };
}

/** The two tiers that answer. */
export function hitSeries(l1Hits: readonly Value[], l2Hits: readonly Value[], reads: readonly Value[]): ChartSeries[] {
  return [
    partSeries({ key: 'l1', name: 'L1 hit', color: 'l1', mark: 'area' }, l1Hits, reads),
    partSeries({ key: 'l2', name: 'L2 hit', color: 'l2', mark: 'area' }, l2Hits, reads),
  ];
}
