import { known, type Value } from '../gaps';
import { milliseconds } from '../number-format';
import { mean } from './words';

const MOVED = 0.2;
/** Fewer steps tell no movement. */
const LEAST_STEPS = 12;

/**
 * The slowest hundredth of each step, and how it moved from the first quarter of the range to the last.
 * @param step such as “30 seconds”: the percentile of the whole range is another one
 */
export function latencyFinding(p99: readonly Value[], step: string): string {
  const present = known(p99);
  const quarter = Math.floor(present.length / 4);
  const [before, after] = [mean(present.slice(0, quarter)), mean(present.slice(-quarter))];
  const moved = before !== undefined && after !== undefined && Math.abs(after - before) > MOVED * before;
  if (present.length >= LEAST_STEPS && moved) {
    return `P99 per ${step} ${after < before ? 'fell' : 'rose'} from ${milliseconds(before)} to ${milliseconds(after)}\u00a0ms`;
  }
  const average = mean(present);
  return average === undefined ? 'No reads' : `P99 per ${step} is ${milliseconds(average)}\u00a0ms on average`;
}
