import { fail } from '../core/errors.js';

/** Sizes that are loaded and kept: who asks for fewer is answered from the next larger one. */
export const DEPTHS = [20, 100, 500] as const;
/** An exchange asks no less for 100 candles than for 500. */
export const CANDLE_COUNTS = [500, 1_000] as const;

/**
 * The least of `sizes` that holds so many.
 * @throws TenantCacheError `REQUEST_INVALID` for anything but a whole number from 1 to the largest
 */
export function sizeFor(what: string, asked: unknown, sizes: readonly number[]): number {
  const size = Number.isSafeInteger(asked) && (asked as number) >= 1 && sizes.find((each) => (asked as number) <= each);
  if (size) return size;
  throw fail('REQUEST_INVALID', { given: `another ${what}`, allowed: `a whole number from 1 to ${sizes.at(-1)}` });
}

/** The same of a key's part, which is one of them. @throws TenantCacheError `REQUEST_INVALID` */
export function sizeOf(what: string, part: string | undefined, sizes: readonly number[]): number {
  const size = sizes.find((each) => String(each) === part);
  if (size) return size;
  throw fail('REQUEST_INVALID', { given: `another ${what}`, allowed: sizes.join(', ') });
}
