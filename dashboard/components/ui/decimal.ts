import { NO_BREAK_SPACE } from './number';

const DECIMAL = /^(\d{1,40})(?:\.(\d{1,20}))?$/;

/**
 * The exact sum of decimals in text, with as many decimals as the longest of them: money is never a float.
 * @throws RangeError where one of them is no decimal >= 0
 */
export function sumOfDecimals(decimals: readonly string[]): string {
  const parts = decimals.map(partsOf);
  const digits = Math.max(0, ...parts.map(({ fraction }) => fraction.length));
  const steps = parts.reduce((sum, { whole, fraction }) => sum + BigInt(whole + fraction.padEnd(digits, '0')), 0n);
  const text = String(steps).padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** `4310.343001` as `4,310.343001`; with `leastDecimals` zeros beyond them are cut: `3,000`, `0.5`. */
export function groupedDecimal(decimal: string, leastDecimals?: number): string {
  const { whole, fraction } = partsOf(decimal);
  const grouped = BigInt(whole).toLocaleString('en-US');
  const kept =
    leastDecimals === undefined ? fraction : withoutLastZeros(fraction).padEnd(Math.min(leastDecimals, 20), '0');
  return kept === '' ? grouped : `${grouped}.${kept}`;
}

/** `1.006661` as `1.01`: exact, a half up. @throws RangeError where it is no decimal >= 0 */
export function roundedDecimal(decimal: string, decimals: number): string {
  const { whole, fraction } = partsOf(decimal);
  const steps = (BigInt(whole + fraction.padEnd(decimals + 1, '0').slice(0, decimals + 1)) + 5n) / 10n;
  const text = String(steps).padStart(decimals + 1, '0');
  return `${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
}

/** `1,204.50 USD` with a no-break space; all decimals that the amount has. */
export function money(amount: string, currency: string): string {
  return `${groupedDecimal(amount)}${NO_BREAK_SPACE}${currency}`;
}

function partsOf(decimal: string): { whole: string; fraction: string } {
  const [, whole, fraction = ''] = DECIMAL.exec(decimal) ?? [];
  if (whole === undefined) throw new RangeError('not a decimal >= 0');
  return { whole, fraction };
}

function withoutLastZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}
