const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;
const MINUTE_MS = 60_000;

/** With three digits: `12.3 MiB`. */
export function bytesText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, Math.abs(bytes))) / 10)));
  return `${threeDigits(bytes / 1_024 ** power)} ${UNITS[power]}`;
}

/** Of a ratio from 0 to 1. */
export function percentText(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`;
}

export function countText(count: number): string {
  return Math.round(count).toLocaleString('en');
}

export function timeText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 2 * MINUTE_MS) return `${threeDigits(ms / 1_000)} s`;
  if (ms < 120 * MINUTE_MS) return `${threeDigits(ms / MINUTE_MS)} min`;
  if (ms < 48 * 60 * MINUTE_MS) return `${threeDigits(ms / (60 * MINUTE_MS))} h`;
  return `${threeDigits(ms / (24 * 60 * MINUTE_MS))} days`;
}

function threeDigits(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
