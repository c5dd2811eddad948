const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
export const SECOND_MS = 1000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

const two = (value: number) => String(value).padStart(2, '0');

/** `20 Nov`, UTC like every time here. */
export function day(ms: number): string {
  const date = new Date(ms);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''}`;
}

/** `14:30`, with seconds where they are not zero or asked for. */
export function clock(ms: number, seconds: boolean = ms % MINUTE_MS !== 0): string {
  const date = new Date(ms);
  const base = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
  return seconds ? `${base}:${two(date.getUTCSeconds())}` : base;
}

/** `20 Nov, 14:30 UTC`. */
export function stamp(ms: number): string {
  return `${day(ms)}, ${clock(ms)} UTC`;
}

/** `30 seconds`, `15 minutes`, `2 hours`: the step of a chart in words. */
export function stepWords(ms: number): string {
  const units: [number, string][] = [
    [DAY_MS, 'day'],
    [HOUR_MS, 'hour'],
    [MINUTE_MS, 'minute'],
    [SECOND_MS, 'second'],
  ];
  for (const [size, unit] of units) {
    if (ms >= size && ms % size === 0) {
      const count = ms / size;
      return count === 1 ? unit : `${count} ${unit}s`;
    }
  }
  return `${Math.round(ms / SECOND_MS)} seconds`;
}

/** `11 minutes ago`, in the greatest whole unit. */
export function agoWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / SECOND_MS));
  const units: [number, string][] = [
    [86_400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
  ];
  for (const [size, unit] of units) {
    if (seconds >= size) {
      const count = Math.floor(seconds / size);
      return `${count} ${unit}${count === 1 ? '' : 's'} ago`;
    }
  }
  return `${seconds} s ago`;
}
