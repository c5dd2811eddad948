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

/** The bucket under way ends after now: the last step is shown as far as it has come. */
export function endingOnStep(range: TimeRange): TimeRange {
  return { ...range, toMs: Math.ceil(range.toMs / range.stepMs) * range.stepMs };
}
