import type { ValueFormat } from '@/charts/chart-model';
import { NO_BREAK_SPACE, number } from '@/components/ui/number';

/** Ratios from 0 to 1 as per cent. */
export const SHARE_FORMAT: ValueFormat = {
  text: (value) => `${number(value * 100, 1)}${NO_BREAK_SPACE}%`,
  cell: (value) => number(value * 100, 1),
  tick: (value) => `${number(value * 100)}${NO_BREAK_SPACE}%`,
  unit: '%',
  scale: 100,
};
