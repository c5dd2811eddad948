/** Fields whose movement makes a quote old, the best known first. */
const PRICE_FIELDS = ['price', 'last', 'close', 'bid', 'ask', 'mid', 'mark', 'rate', 'value', 'nav'];
/** Fields that tell when and what, not how much. */
const NOT_A_MEASURE = /^(?:id|.*_id|.*Id|ts|time|timestamp|date|datetime|.*At|.*_at|version|sequence|nonce)$/;
const MAX_NUMBERS = 8;
/** Of a candle [time, open, high, low, close, volume]. */
const CANDLE_CLOSE = 4;
const MAX_DEPTH = 3;

/**
 * The numbers of a value by whose movement it gets old: the number itself, an object's price-like fields or else all
 * its measures, of a series the last element. At most 8; empty where there is none.
 */
export function numbersOf(value: unknown, depth = 0): readonly number[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [value] : [];
  if (typeof value === 'bigint') return numbersOf(Number(value));
  if (typeof value !== 'object' || value === null || depth === MAX_DEPTH) return [];
  if (Array.isArray(value))
    return numbersOf(depth > 0 && isCandle(value) ? value[CANDLE_CLOSE] : value.at(-1), depth + 1);
  if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null) return [];
  const fields = value as Record<string, unknown>;
  const prices = PRICE_FIELDS.map((name) => fields[name]).filter(isNumber);
  if (prices.length > 0) return prices.slice(0, MAX_NUMBERS);
  const measures: number[] = [];
  for (const name in fields) {
    const field = fields[name];
    if (isNumber(field) && !NOT_A_MEASURE.test(name)) measures.push(field);
    if (measures.length === MAX_NUMBERS) break;
  }
  return measures;
}

/** The largest move among numbers that stand in the same place, from 0 to 2; undefined where they cannot be compared. */
export function relativeChange(before: readonly number[], after: readonly number[]): number | undefined {
  if (before.length !== after.length || before.length === 0) return undefined;
  let largest = 0;
  for (const [index, was] of before.entries()) {
    const is = after[index] as number;
    const scale = Math.max(Math.abs(was), Math.abs(is));
    if (scale > 0) largest = Math.max(largest, Math.min(2, Math.abs(is - was) / scale));
  }
  return largest;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isCandle(row: readonly unknown[]): boolean {
  return row.length > CANDLE_CLOSE && row.slice(0, CANDLE_CLOSE + 1).every(isNumber);
}
