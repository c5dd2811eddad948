import type { Value } from './gaps';

/** The data colours by meaning; `--chart-<name>` in the tokens, and the one state colour that a chart uses. */
export type ChartColor =
  | 'l1'
  | 'l2'
  | 'miss'
  | 'error'
  | 'evict-quota'
  | 'evict-expired'
  | 'evict-invalidated'
  | 'used'
  | 'limit'
  | 'p50'
  | 'p95'
  | 'p99'
  | 'axis'
  | 'previous'
  | 'exceeded';

export function ink(color: ChartColor): string {
  return color === 'exceeded' ? 'var(--exceeded)' : `var(--chart-${color})`;
}

export interface TimeGrid {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  /** How much of the last step has passed, where it is under way. */
  readonly lastStepMs?: number;
  /** End of each step; of one that is under way, how far it has come. */
  readonly times: readonly number[];
  readonly covered: readonly boolean[];
}

export interface ChartSeries {
  readonly key: string;
  readonly name: string;
  readonly color: ChartColor;
  readonly values: readonly Value[];
  /** Areas and bars stack in the order given; `fill` is an area without tint or line, for a sliver that must be seen; `dots` is a dotted line. */
  readonly mark: 'area' | 'line' | 'dots' | 'bar' | 'fill';
  /** Default: the last known value, formatted. Null leaves the figure out. */
  readonly legendValue?: string | null;
}

export interface ChartLimit {
  readonly key: string;
  readonly name: string;
  readonly values: readonly Value[];
  /** The farther of two limits is dashed. */
  readonly dashed?: boolean;
  /** What stands beside the line in the plot. */
  readonly label: string;
  /** Leaves the line's figure out of the legend. */
  readonly legendValue?: string | null;
}

/** Something that happened: a dotted line with a flag. */
export interface ChartMarker {
  readonly at: number;
  readonly label: string;
  /** For narrow plots. */
  readonly short: string;
}

export interface ValueFormat {
  /** With the unit: legend, tooltip. */
  readonly text: (value: number) => string;
  /** Bare, for table cells under a head with the unit. */
  readonly cell: (value: number) => string;
  /** On the axis. */
  readonly tick: (value: number) => string;
  /** For the head of a table column, such as `MiB`. */
  readonly unit: string;
  /** How many of the unit a value of 1 is. Default 1. */
  readonly scale?: number;
}
