const HOUR_MS = 3_600_000;
const LONGEST_MS = 31 * 24 * HOUR_MS;

/** Who read what is kept by the hour: the hour in which the range begins counts as a whole, 31 days at the most. */
export function accessHours({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): {
  readonly from: Date;
  readonly to: Date;
} {
  const from = Math.max(fromMs, toMs - LONGEST_MS);
  return { from: new Date(Math.floor(from / HOUR_MS) * HOUR_MS), to: new Date(toMs) };
}
