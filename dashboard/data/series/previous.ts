import type { TimeRange } from '../range';
import type { Frame, Value } from './frame';
import { isGauge, type SeriesName } from './names';
import type { Previous } from './source';

/** The period of the same length that ended where the first step shown began, on a grid that lies whole steps earlier. */
export function previousRange(
  asked: Pick<TimeRange, 'fromMs' | 'toMs'>,
  shown: Pick<Frame<string>, 'fromMs' | 'toMs' | 'stepMs' | 'lastStepMs' | 'times'>,
): { readonly range: TimeRange; readonly shiftMs: number } {
  const { fromMs, toMs, stepMs, lastStepMs, times } = shown;
  const lastEndMs = (lastStepMs === undefined ? Math.floor(toMs / stepMs) : Math.ceil(toMs / stepMs)) * stepMs;
  // A young installation shows only the end of what was asked for.
  const beginMs = Math.min((times[0] ?? toMs) - stepMs, Math.ceil(asked.fromMs / stepMs) * stepMs);
  const shiftMs = lastEndMs - Math.floor(beginMs / stepMs) * stepMs;
  const range = { fromMs: fromMs - shiftMs, toMs: lastEndMs - shiftMs, stepMs, preset: undefined, whole: true };
  return { range, shiftMs };
}

/**
 * The values of the period before, at the times of the one shown. A coarser source gives each of its steps to all finer
 * ones within: levels as they are, counters by their share of the step.
 */
export function aligned<Name extends SeriesName>(
  shown: Pick<Frame<Name>, 'times' | 'stepMs'>,
  before: Frame<Name>,
  names: readonly Name[],
  shiftMs: number,
): Omit<Previous<Name>, 'source'> {
  const indexes = shown.times.map((at) => {
    const end = Math.ceil((at - shiftMs) / before.stepMs) * before.stepMs;
    const index = Math.round((end - (before.times[0] ?? 0)) / before.stepMs);
    return before.times[index] === end && before.covered[index] ? index : undefined;
  });
  const values = Object.fromEntries(
    names.map((name) => {
      const scale = isGauge(name) ? 1 : shown.stepMs / before.stepMs;
      return [
        name,
        indexes.map((index): Value => scaled(index === undefined ? null : before.values[name][index], scale)),
      ];
    }),
  ) as Record<Name, Value[]>;
  const recorded = indexes.filter((index) => index !== undefined).length / Math.max(1, indexes.length);
  return { values, recorded };
}

const scaled = (value: Value | undefined, scale: number): Value => (value == null ? null : value * scale);
