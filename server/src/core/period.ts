const DAY_MS = 86_400_000;

/**
 * The end of the period after the one that ends at `resetAtMs`: a month on by the calendar in UTC, at the same time of
 * day. @param day of the month, 1 to 31; a month that is shorter ends it on its last day
 */
export function nextReset(resetAtMs: number, day: number): number {
  return onDay(resetAtMs, 1, day);
}

/** The day of the month to keep: the one that was kept, unless somebody moved the date to one that it cannot have led to. */
export function resetDay(resetAtMs: number, keptDay: number | undefined): number {
  if (keptDay !== undefined && onDay(resetAtMs, 0, keptDay) === resetAtMs) return keptDay;
  return new Date(resetAtMs).getUTCDate();
}

function onDay(ms: number, months: number, day: number): number {
  const date = new Date(ms);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(day, lastDay)) + (((ms % DAY_MS) + DAY_MS) % DAY_MS);
}
