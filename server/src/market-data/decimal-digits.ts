const PLAIN = /^-?\d+(?:\.\d+)?$/;
const SCIENTIFIC = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,3})$/;

/** Whether it is a decimal as callers are promised it: a text, without an exponent. */
export function isDecimal(value: unknown): value is string {
  return typeof value === 'string' && PLAIN.test(value);
}

/**
 * A decimal as it was written, with an exponent spelled out and nothing rounded: `1.5e-7` is `0.00000015`.
 * @throws RangeError for anything else than a decimal
 */
export function decimalDigits(text: unknown): string {
  if (typeof text === 'string') {
    if (PLAIN.test(text)) return text;
    const parts = SCIENTIFIC.exec(text);
    if (parts) return spelledOut(parts[1] as string, parts[2] as string, parts[3] ?? '', Number(parts[4]));
  }
  throw new RangeError('not a decimal');
}

/** The same, null for what is not told. @throws RangeError */
export function decimalOrNull(text: unknown): string | null {
  return text === undefined || text === null ? null : decimalDigits(text);
}

/** For sorting prices, which are not negative, without making floats of them. */
export function compareDecimals(a: string, b: string): number {
  const [wholeA = '', fractionA = ''] = a.split('.');
  const [wholeB = '', fractionB = ''] = b.split('.');
  if (wholeA.length !== wholeB.length) return wholeA.length - wholeB.length;
  if (wholeA !== wholeB) return wholeA < wholeB ? -1 : 1;
  if (fractionA === fractionB) return 0;
  return fractionA < fractionB ? -1 : 1;
}

function spelledOut(sign: string, whole: string, fraction: string, exponent: number): string {
  const digits = whole + fraction;
  const point = whole.length + exponent;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  const padded = digits.padEnd(point, '0');
  const rest = padded.slice(point);
  const before = padded.slice(0, point).replace(/^0+(?=\d)/, '');
  return sign + before + (rest === '' ? '' : `.${rest}`);
}
