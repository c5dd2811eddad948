import type { ChartSeries } from '@/charts/chart-model';
import type { Value } from '@/charts/gaps';
import { known } from '@/charts/gaps';
import { ratio, sum } from '@/charts/stack';
import { NO_BREAK_SPACE } from '@/components/ui/number';
import type { Preset } from '@/data/range';
import type { Reading } from '@/data/series/source';

const NAMES: Readonly<Record<Preset, string>> = {
  '1h': 'Previous hour',
  '6h': 'Previous 6 hours',
  '24h': 'Previous day',
  '7d': 'Previous 7 days',
  '30d': 'Previous 30 days',
};

/** “Previous day”: the period of the same length before the one shown. */
export function previousName(preset: Preset | undefined): string {
  return preset ? NAMES[preset] : 'Previous period';
}

/** Of less than this a mean says nothing about the whole. */
const ENOUGH = 0.5;
/** A step or two at an end are not worth words. */
const WHOLE = 0.95;

type Compared = Pick<Reading<string>, 'previous' | 'asked'>;

/** Whether enough was recorded before to say how much more or less it is now. */
export function comparable({ previous }: Compared): boolean {
  return previous !== undefined && previous.recorded >= ENOUGH;
}

/** “Only 17 % of the previous hour is recorded: not enough to compare”; undefined where it is whole, or nobody compares. */
export function previousWords({ previous, asked }: Compared): string | undefined {
  if (!previous || previous.recorded >= WHOLE) return undefined;
  const period = previousName(asked.preset).replace('Previous', 'previous');
  if (previous.recorded === 0) return `Nothing was recorded in the ${period}`;
  const percent = Math.max(1, Math.floor(previous.recorded * 100));
  const verdict = previous.recorded < ENOUGH ? ': not enough to compare' : '';
  return `Only ${percent}${NO_BREAK_SPACE}% of the ${period} is recorded${verdict}`;
}

/** The period before as a dotted grey line; none where the reader does not compare or nothing was recorded then. */
export function previousSeries<Name extends string>(
  reading: Reading<Name>,
  values: (before: Readonly<Record<Name, readonly Value[]>>) => readonly Value[],
): ChartSeries[] {
  const { previous, asked } = reading;
  if (!previous) return [];
  const line = values(previous.values);
  if (known(line).length === 0) return [];
  return [{ key: 'previous', name: previousName(asked.preset), color: 'previous', mark: 'dots', values: line }];
}

/** The greatest value of these lines, for an axis that holds them all. */
export function greatest(...lines: readonly (readonly Value[])[]): number {
  return Math.max(0, ...lines.flatMap((line) => known(line)));
}

/** Share of the reads that a tier answered, along the period before. */
export function hitsOfReads(before: Readonly<Record<'l1Hits' | 'l2Hits' | 'misses', readonly Value[]>>): Value[] {
  const hits = sum(before.l1Hits, before.l2Hits);
  return ratio(hits, sum(hits, before.misses));
}
