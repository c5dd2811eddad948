import { known, type Value } from '../gaps';
import { milliseconds } from '../number-format';
import { mean } from './words';

const MOVED = 0.2;

/** The mean response time, and how it moved from the first quarter of the range to the last. */
export function responseTimeFinding(means: readonly Value[], span: string): string {
  const present = known(means);
  const average = mean(present);
  if (average === undefined) return `No requests in ${span}`;
  const quarter = Math.floor(present.length / 4);
  const before = quarter >= 3 ? mean(present.slice(0, quarter)) : undefined;
  const after = quarter >= 3 ? mean(present.slice(-quarter)) : undefined;
  if (before !== undefined && after !== undefined && Math.abs(after - before) > MOVED * before) {
    return `An answer took ${milliseconds(before)}\u00a0ms at first and ${milliseconds(after)}\u00a0ms lately, on average`;
  }
  return `An answer takes ${milliseconds(average)}\u00a0ms on average`;
}
