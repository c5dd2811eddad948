import { placesFor } from '@/charts/number-format';
import { total } from '@/charts/stack';
import { number } from '@/components/ui/number';
import type { Frame, Value } from '@/data/series/frame';

/** Mean per second over the steps that were recorded; undefined where none was or nothing was counted. */
export function ratePerSecond(
  values: readonly Value[],
  frame: Pick<Frame<string>, 'stepMs' | 'lastStepMs'>,
): string | undefined {
  const known = values.filter((value) => value !== null).length;
  const last = values.at(-1) ?? null;
  const shortMs = last !== null && frame.lastStepMs !== undefined ? frame.stepMs - frame.lastStepMs : 0;
  const seconds = (known * frame.stepMs - shortMs) / 1000;
  const sum = total(values);
  if (seconds <= 0 || sum === 0) return undefined;
  const rate = sum / seconds;
  return number(rate, placesFor(rate));
}
