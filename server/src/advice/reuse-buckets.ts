/** Eight buckets for each doubling, of equal width within it. */
const FRACTION_BITS = 3;
const STEPS = 1 << FRACTION_BITS;
/** Distances below 1 KiB are in bucket 0, from 1 TiB on in the last. */
const LEAST_POWER = 10;
const GREATEST_POWER = 40;
export const BUCKETS = (GREATEST_POWER - LEAST_POWER) * STEPS + 2;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
/** Of the two halves of a double, the one with its exponent. */
const UPPER = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;
const EXPONENT_BIAS = 1_023;
const FIRST = (EXPONENT_BIAS + LEAST_POWER) * STEPS - 1;

/** By the exponent and the first bits of the fraction of the number, which a logarithm would cost 20 ns to tell. */
export function bucketOf(bytes: number): number {
  double[0] = bytes;
  const bucket = ((words[UPPER] as number) >>> (20 - FRACTION_BITS)) - FIRST;
  return bucket < 0 ? 0 : bucket < BUCKETS ? bucket : BUCKETS - 1;
}

/** Where a bucket ends; infinite for the last. */
export function upperBytes(bucket: number): number {
  if (bucket >= BUCKETS - 1) return Number.POSITIVE_INFINITY;
  return 2 ** (LEAST_POWER + Math.floor(bucket / STEPS)) * (1 + (bucket % STEPS) / STEPS);
}

export function lowerBytes(bucket: number): number {
  return bucket === 0 ? 0 : upperBytes(bucket - 1);
}
