import type { ValueFormat } from '@/charts/chart-model';
import type { Value } from '@/charts/gaps';
import { total } from '@/charts/stack';
import { NO_BREAK_SPACE, number } from '@/components/ui/number';

/** Ratios from 0 to 1 as per cent. */
export const SHARE_FORMAT: ValueFormat = {
  text: (value) => `${number(value * 100, 1)}${NO_BREAK_SPACE}%`,
  cell: (value) => number(value * 100, 1),
  tick: (value) => `${number(value * 100)}${NO_BREAK_SPACE}%`,
  unit: '%',
  scale: 100,
};

/** A share of the whole range for a legend, so that the shares there add up to what the finding says. */
export function shareOfAll(part: readonly Value[], whole: readonly Value[]): string | null {
  const all = total(whole);
  return all > 0 ? SHARE_FORMAT.text(total(part) / all) : null;
}
