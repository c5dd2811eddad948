/** Of no values, NaN. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** A normal distribution's standard deviation is so many median absolute deviations. */
const NORMAL = 1.4826;

/** Spread about the median that a few wild values do not move. */
export function robustDeviation(values: readonly number[]): number {
  const middle = median(values);
  return NORMAL * median(values.map((value) => Math.abs(value - middle)));
}

/** Slopes between any two points (Theil 1950, Sen 1968): their median holds while less than 29 % of the points are wild. */
export function pairwiseSlopes(points: readonly { readonly x: number; readonly y: number }[]): number[] {
  return points.flatMap((a, at) => points.slice(at + 1).map((b) => (b.y - a.y) / (b.x - a.x)));
}
