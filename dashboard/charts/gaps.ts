/** A value, or null where there is none. Null is never drawn as zero and never bridged. */
export type Value = number | null;

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The stretches without data inside a grid, from the last known point to the next known one. What lies before the first
 * covered point is not a gap: nothing was recorded yet, and the caption says since when.
 */
export function gaps(times: readonly number[], covered: readonly boolean[], toMs: number, stepMs: number): Span[] {
  const found: Span[] = [];
  let lastKnown: number | undefined;
  for (const [index, at] of times.entries()) {
    if (!covered[index]) continue;
    if (lastKnown !== undefined && at - lastKnown > stepMs * 1.5) found.push({ fromMs: lastKnown, toMs: at });
    lastKnown = at;
  }
  if (lastKnown !== undefined && toMs - lastKnown > stepMs * 2.5) found.push({ fromMs: lastKnown, toMs });
  return found;
}

export function latest(values: readonly Value[]): Value {
  return values.findLast((value) => value !== null) ?? null;
}

/** Points whose neighbours are both missing: a line through them has no length, so they need a dot. */
export function lonely(values: readonly Value[]): boolean[] {
  return values.map(
    (value, index) => value !== null && (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null,
  );
}

export function known(values: readonly Value[]): number[] {
  return values.filter((value): value is number => value !== null);
}
