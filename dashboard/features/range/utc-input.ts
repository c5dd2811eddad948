/** `2026-11-20T14:30`, what a `datetime-local` input holds, in UTC. */
export function isoMinute(date: Date): string {
  return date.toISOString().slice(0, 16);
}

/** The moment that such an input means when its clock is UTC, or undefined for anything else. */
export function parseUtc(text: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(text)) return undefined;
  const date = new Date(`${text}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
