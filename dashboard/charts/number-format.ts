import { NO_BREAK_SPACE, number } from '@/components/ui/number';

export interface Scaled {
  readonly figure: string;
  readonly unit: string;
}

/** Bytes that travelled (not quota bytes): the greatest unit in which the figure is at least 1. */
export function transferred(bytes: number): Scaled {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const index = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return { figure: number(bytes / 1024 ** index, index === 0 ? 0 : 1), unit: units[index] ?? 'B' };
}

/** A count as a figure and its multiple: `701.9` and `M`, whole and without a multiple below 10,000. */
export function compact(value: number): Scaled {
  if (value >= 1e9) return { figure: number(value / 1e9, 1), unit: 'G' };
  if (value >= 1e6) return { figure: number(value / 1e6, 1), unit: 'M' };
  if (value >= 1e4) return { figure: number(value / 1e3, 1), unit: 'k' };
  return { figure: number(value), unit: '' };
}

/** `701.9 M`, `473`. */
export function compactText(value: number): string {
  const { figure, unit } = compact(value);
  return unit ? `${figure}${NO_BREAK_SPACE}${unit}` : figure;
}

/** Milliseconds: two decimals below 1, else one, none from 100 on. */
export function milliseconds(ms: number): string {
  return number(ms, ms >= 100 ? 0 : ms < 1 ? 2 : 1);
}

/** Places for a figure whose size is not known beforehand: none from 100 on, two below 1, none for zero. */
export function placesFor(value: number): number {
  if (value === 0 || value >= 100) return 0;
  return value < 1 ? 2 : 1;
}
