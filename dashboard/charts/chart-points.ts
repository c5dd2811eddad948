import type { ChartLimit, ChartSeries, TimeGrid } from './chart-model';
import type { Value } from './gaps';
import { above, type Band, stack } from './stack';

/** One moment as Recharts wants it: `<key>` per series and limit, `<key>Band` and `<key>Top` per area. */
export type Point = { readonly at: number } & Record<string, number | Value | Band>;

interface Drawn {
  readonly grid: TimeGrid;
  readonly series: readonly ChartSeries[];
  readonly limits: readonly ChartLimit[];
  readonly over?: { readonly series: string; readonly limit: string } | undefined;
}

/** Stacking is ours, so that a missing value stays missing. */
export function chartPoints({ grid, series, limits, over }: Drawn, areas: readonly ChartSeries[]): Point[] {
  const bands = stack(areas.map(({ values }) => values));
  const overBand = over ? above(find(series, over.series), find(limits, over.limit)) : [];
  return grid.times.map((at, index) => {
    const point: Record<string, number | Value | Band> = { at };
    for (const { key, values } of [...series, ...limits]) point[key] = values[index] ?? null;
    areas.forEach(({ key }, level) => {
      const band = bands[level]?.[index] ?? null;
      point[`${key}Band`] = band;
      point[`${key}Top`] = band?.[1] ?? null;
    });
    point.over = overBand[index] ?? null;
    point.overTop = overBand[index]?.[1] ?? null;
    return point as Point;
  });
}

const find = (from: readonly { key: string; values: readonly Value[] }[], key: string) =>
  from.find((candidate) => candidate.key === key)?.values ?? [];
