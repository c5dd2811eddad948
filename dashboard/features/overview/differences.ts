import { known, type Value } from '@/charts/gaps';
import { total } from '@/charts/stack';
import { NO_BREAK_SPACE, number } from '@/components/ui/number';
import type { Frame } from '@/data/series/frame';

const NO_CHANGE = 'no change';

/** `+1.2 points`, the difference of two shares; undefined where one of them does not exist. */
export function pointsWords(now: number | undefined, before: number | undefined): string | undefined {
  if (now === undefined || before === undefined) return undefined;
  const points = signed((now - before) * 100, '');
  return points === undefined ? NO_CHANGE : `${points}${NO_BREAK_SPACE}points`;
}

/** `−4.2 %`, how much more or less than before; undefined where there was nothing before. */
export function changeWords(now: number | undefined, before: number | undefined): string | undefined {
  if (now === undefined || before === undefined || before <= 0) return undefined;
  return signed((now / before - 1) * 100, `${NO_BREAK_SPACE}%`) ?? NO_CHANGE;
}

function signed(value: number, unit: string): string | undefined {
  const text = number(Math.abs(value), Math.abs(value) >= 100 ? 0 : 1);
  if (Number(text.replaceAll(',', '')) === 0) return undefined;
  return `${value > 0 ? '+' : '−'}${text}${unit}`;
}

/** How many steps were recorded; the one under way counts as far as it has come. */
export function stepsOf(values: readonly Value[], frame?: Pick<Frame<string>, 'stepMs' | 'lastStepMs'>): number {
  const steps = known(values).length;
  const underWay = frame?.lastStepMs !== undefined && (values.at(-1) ?? null) !== null;
  return underWay ? steps - 1 + frame.lastStepMs / frame.stepMs : steps;
}

/**
 * Mean of the recorded steps, so that two periods of which different parts were recorded can be compared.
 * @param frame of the values, where their last step may be under way
 */
export function perStep(
  values: readonly Value[],
  frame?: Pick<Frame<string>, 'stepMs' | 'lastStepMs'>,
): number | undefined {
  const steps = stepsOf(values, frame);
  return steps <= 0 ? undefined : total(values) / steps;
}

/** `part / (part + rest)` of whole periods; undefined over nothing. */
export function shareOf(part: readonly Value[], rest: readonly Value[]): number | undefined {
  const whole = total(part) + total(rest);
  return whole > 0 ? total(part) / whole : undefined;
}
