import { z } from 'zod';
import { sign } from '../decimal.js';

/** A decimal above 0 as text, for a number in JSON is a float wherever it is read. */
const DECIMAL = /^(?<whole>\d{1,40})(?:\.(?<fraction>\d{1,20}))?$/;

export function amount(digits: number, decimals: number) {
  const error = `must be a decimal above 0 as text, such as "1.25", of at most ${digits} digits and ${decimals} decimals`;
  const fits = (text: string) => {
    const { whole, fraction = '' } = DECIMAL.exec(text)?.groups ?? {};
    return whole !== undefined && whole.length <= digits && fraction.length <= decimals && sign(text) > 0;
  };
  return z.string(error).refine(fits, error);
}
