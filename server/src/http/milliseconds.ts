/** A duration as answers show it: to the microsecond, as what is left are no digits of any clock. */
export function milliseconds(value: number): number {
  return Math.round(value * 1e3) / 1e3;
}

/** A record whose durations, the fields named `…Ms`, are shown so. */
export function withMilliseconds<R extends object>(record: R): R {
  const shown = Object.entries(record).map(([name, value]) => [
    name,
    name.endsWith('Ms') && typeof value === 'number' ? milliseconds(value) : value,
  ]);
  return Object.fromEntries(shown) as R;
}
