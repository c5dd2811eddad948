import type { CsvTable } from '@/components/ui/download-csv';
import { type Change, changesAt } from './changes-at';
import type { ChartMarker, TimeGrid, ValueFormat } from './chart-model';
import type { SizeCurveProps } from './size-model';
import type { ValueRow } from './value-rows';

const SIGNIFICANT = 12;

interface ShownStep {
  readonly index: number;
  readonly at: number;
  /** What changed before the first step that is shown stands there. */
  readonly changes: readonly Change[];
}

/** The steps that a table shows: from the first recorded point on, newest first. */
export function shownSteps({ times, covered }: TimeGrid, markers: readonly ChartMarker[]): ShownStep[] {
  const first = covered.indexOf(true);
  if (first === -1) return [];
  const shown = times.slice(first);
  return shown.map((at, place) => ({ index: first + place, at, changes: changesAt(markers, shown, place) })).reverse();
}

/** The numbers of a chart over time by the ends of their steps; what is not known is empty. */
export function timeCsv(
  grid: TimeGrid,
  rows: readonly Pick<ValueRow, 'name' | 'values'>[],
  markers: readonly ChartMarker[],
  { unit, scale = 1 }: Pick<ValueFormat, 'unit' | 'scale'>,
): CsvTable {
  const changed = markers.length > 0;
  const heads = rows.map(({ name }) => (unit ? `${name}, ${unit}` : name));
  return {
    head: ['time_utc', ...heads, ...(changed ? ['changes'] : [])],
    rows: shownSteps(grid, markers).map(({ index, at, changes }) => [
      new Date(at).toISOString(),
      ...rows.map(({ values }) => figure(values[index], scale)),
      ...(changed ? [changes.map(({ text }) => text).join('; ')] : []),
    ]),
  };
}

/** The numbers of a size curve. */
export function sizeCsv({ rows, names }: Pick<SizeCurveProps, 'rows' | 'names'>): CsvTable {
  return {
    head: [`${names.size}, MiB`, `${names.rate}, %`],
    rows: rows.map(({ mib, hitRate }) => [figure(mib, 1), figure(hitRate, 100)]),
  };
}

/** Without the noise of binary fractions. */
function figure(value: number | null | undefined, scale: number): number | null {
  return value === null || value === undefined ? null : Number((value * scale).toPrecision(SIGNIFICANT));
}
