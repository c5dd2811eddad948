const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** `90_000` as `1.5 min`. */
export function durationText(ms: number): string {
  for (const [unit, unitMs] of UNITS) if (ms >= unitMs) return `${rounded(ms / unitMs)} ${unit}`;
  return `${Math.round(ms)} ms`;
}

/** `0.0123` as `1.2 %`. */
export function percentText(ratio: number): string {
  return `${rounded(ratio * 100)} %`;
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(2 + (value >= 100 ? 1 : 0))));
}
