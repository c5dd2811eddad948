import type { Value } from './gaps';

export type Band = readonly [number, number] | null;

/** Each series between the tops of those below and its own top. Where one is missing the whole column is missing. */
export function stack(series: readonly (readonly Value[])[]): Band[][] {
  const length = series[0]?.length ?? 0;
  const bands: Band[][] = series.map(() => []);
  for (let index = 0; index < length; index += 1) {
    const column = series.map((values) => values[index] ?? null);
    const missing = column.some((value) => value === null);
    let base = 0;
    for (const [level, value] of column.entries()) {
      const top = base + (value ?? 0);
      bands[level]?.push(missing ? null : [base, top]);
      base = top;
    }
  }
  return bands;
}

/** The part of `used` above `limit`, or null where it is not above or either is unknown. */
export function above(used: readonly Value[], limit: readonly Value[]): Band[] {
  return used.map((value, index) => {
    const bound = limit[index] ?? null;
    return value !== null && bound !== null && value > bound ? [bound, value] : null;
  });
}

/** `part / whole` per point; a ratio over nothing does not exist. */
export function ratio(part: readonly Value[], whole: readonly Value[]): Value[] {
  return part.map((value, index) => {
    const base = whole[index] ?? null;
    return value === null || base === null || base <= 0 ? null : value / base;
  });
}

export function sum(...series: readonly (readonly Value[])[]): Value[] {
  const length = series[0]?.length ?? 0;
  return Array.from({ length }, (_, index) => {
    let total = 0;
    for (const values of series) {
      const value = values[index] ?? null;
      if (value === null) return null;
      total += value;
    }
    return total;
  });
}

export function total(values: readonly Value[]): number {
  return values.reduce<number>((all, value) => all + (value ?? 0), 0);
}
