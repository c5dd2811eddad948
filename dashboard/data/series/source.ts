import type { PrometheusProblem } from '../prometheus-client';
import type { TimeRange } from '../range';
import type { Frame, Value } from './frame';
import type { SeriesName } from './names';

/** Why a chart was drawn from Postgres. `stale` reasons are trouble, the others are how it is meant to be. */
export type HistoryReason = PrometheusProblem | 'too-old' | 'no-series';

export type Source =
  | { readonly kind: 'prometheus' }
  | { readonly kind: 'postgres'; readonly reason: HistoryReason }
  | { readonly kind: 'none'; readonly reason: HistoryReason };

/** The period before, at the times of the frame shown. */
export interface Previous<Name extends string = SeriesName> {
  readonly values: Readonly<Record<Name, readonly Value[]>>;
  /** Share of the steps shown that were recorded then, from 0 to 1. */
  readonly recorded: number;
  /** Which source had them. */
  readonly source: Source['kind'];
}

/** Everything a chart needs, and where it came from. */
export interface Reading<Name extends string = SeriesName> {
  readonly source: Source;
  readonly frame: Frame<Name>;
  /** When it was read, not when it was measured: that is the last covered point. */
  readonly readAtMs: number;
  /** The range asked for, before a young installation narrowed it. */
  readonly asked: Pick<TimeRange, 'fromMs' | 'toMs' | 'preset'>;
  /** Only where the reader compares. */
  readonly previous?: Previous<Name>;
}

/** Prometheus should answer and does not: live refresh pauses and the page says how old its figures are. */
export function isStale(source: Source): boolean {
  return (
    source.kind !== 'prometheus' &&
    (source.reason === 'unreachable' || source.reason === 'slow' || source.reason === 'refused')
  );
}
