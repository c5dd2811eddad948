const DECIMAL = /^(\d{1,30})(?:\.(\d{1,20}))?$/;

/**
 * A decimal >= 0, such as `12.5`, as a whole number of steps of 10^-digits: money is never a float.
 * @throws RangeError where the text is none, or has more decimals than that
 */
export function scaled(text: string, digits: number): bigint {
  const [, whole, fraction = ''] = DECIMAL.exec(text) ?? [];
  if (whole === undefined || fraction.length > digits) {
    throw new RangeError(`not a decimal >= 0 of at most ${digits} decimals: ${text}`);
  }
  return BigInt(whole + fraction.padEnd(digits, '0'));
}

/** The reverse, always with all of its decimals: `12.50`. */
export function decimalText(steps: bigint, digits: number): string {
  const text = String(steps).padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** Of whole numbers >= 0, rounded to the nearest, a half up. */
export function roundedQuotient(dividend: bigint, divisor: bigint): bigint {
  return (2n * dividend + divisor) / (2n * divisor);
}
