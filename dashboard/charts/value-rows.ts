import type { ChartColor, ChartLimit, ChartSeries } from './chart-model';
import type { Value } from './gaps';
import type { KeyMark } from './key';

/** One series or limit as legend, tooltip and table name it. */
export interface ValueRow {
  readonly key: string;
  readonly name: string;
  readonly mark: KeyMark;
  readonly color: ChartColor;
  readonly values: readonly Value[];
  readonly text: (value: number) => string;
  readonly legendValue?: string | null | undefined;
}

const MARKS = { area: 'area', line: 'line', dots: 'dots', bar: 'box', fill: 'box' } as const;

/** Series and limits in legend order. */
export function valueRows(
  series: readonly ChartSeries[],
  limits: readonly ChartLimit[],
  text: (value: number) => string,
): ValueRow[] {
  return [
    ...series.map(({ key, name, color, values, mark, legendValue }) => ({
      key,
      name,
      color,
      values,
      mark: MARKS[mark],
      text,
      legendValue,
    })),
    ...limits.map(({ key, name, values, dashed, legendValue }) => ({
      key,
      name,
      color: 'limit' as const,
      values,
      mark: dashed ? ('dash' as const) : ('line' as const),
      text,
      legendValue,
    })),
  ];
}

/** The words for a point without a value: nothing was recorded, or there was nothing to make a ratio of. */
export function absent(covered: boolean): string {
  return covered ? 'none' : 'no data';
}

export function readValues(rows: readonly ValueRow[], index: number, covered: boolean) {
  return rows.map(({ key, name, mark, color, values, text }) => {
    const value = values[index] ?? null;
    return { key, name, mark, color, value: value === null ? absent(covered) : text(value) };
  });
}
