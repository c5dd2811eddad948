export const NO_BREAK_SPACE = '\u00a0';

const formats = new Map<number, Intl.NumberFormat>();

/** Grouped as in `1,204.5`, with exactly `decimals` places and never a negative zero. */
export function number(value: number, decimals = 0): string {
  let format = formats.get(decimals);
  if (!format) {
    format = new Intl.NumberFormat('en-US', {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
      signDisplay: 'negative',
    });
    formats.set(decimals, format);
  }
  return format.format(value);
}
