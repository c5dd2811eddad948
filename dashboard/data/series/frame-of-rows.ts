import type { TimeRange } from '../range';
import { type Frame, FrameBuilder } from './frame';
import type { SeriesName } from './names';

/** What samples there are of a range. */
export interface Extent {
  readonly firstMs: number;
  readonly bucketMs: number;
}

/** The end of a step, and its values; null where there is none. */
export type StepRow = { at: number } & Partial<Record<SeriesName, number | null>>;

/** Rows on the grid of a range that ends on a step. */
export function frameOf<Name extends SeriesName>(
  rows: readonly StepRow[],
  names: readonly Name[],
  range: TimeRange,
  asked: TimeRange,
): Frame<Name> {
  const builder = new FrameBuilder(range, names);
  for (const row of rows) {
    builder.cover(row.at);
    for (const name of names) {
      const value = row[name] ?? null;
      if (value !== null) builder.put(name, row.at, value);
    }
  }
  return builder.build(asked.toMs < range.toMs ? asked.toMs - (range.toMs - range.stepMs) : undefined);
}

/** Of fewer steps one is a part of the range that would be missed. */
const MANY = 24;

/** With the step that its end lies in, and in return without the one that its start lies in: no more than was asked for. */
export function endingOnStep(range: TimeRange): TimeRange {
  const { fromMs, toMs, stepMs } = range;
  const endMs = Math.ceil(toMs / stepMs) * stepMs;
  if (endMs === toMs) return range;
  const wholeFromMs = Math.ceil(fromMs / stepMs) * stepMs;
  return { ...range, fromMs: endMs - wholeFromMs < MANY * stepMs ? fromMs : wholeFromMs, toMs: endMs };
}
