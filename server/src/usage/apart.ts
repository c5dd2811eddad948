import { codeOf } from '../core/errors.js';

/** Of calls that fail one after the other: halving 500 takes nine to reach a single one. */
const MAX_FAILURES_IN_A_ROW = 12;

/** `gaveUp`: further calls would fail too, so that the rest was not tried. */
export interface Failed {
  readonly error: unknown;
  readonly gaveUp: boolean;
}

export interface Apart<T> {
  /** Called with what is done, part by part. */
  readonly onDone?: (items: readonly T[]) => void;
  /** Whether an error says that further calls fail too. */
  readonly isOver?: (error: unknown) => boolean;
}

/**
 * Does `work` on all items at once; where that fails, on halves of them, so that one that is refused keeps no other from
 * being done. Resolves to the last error where some are not done.
 */
export async function apart<T>(
  items: readonly T[],
  work: (items: readonly T[]) => Promise<unknown>,
  { onDone, isOver }: Apart<T> = {},
): Promise<Failed | undefined> {
  const waiting = items.length > 0 ? [items] : [];
  let failed: Failed | undefined;
  let inARow = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    try {
      await work(next);
      inARow = 0;
      onDone?.(next);
    } catch (error) {
      const gaveUp = (isOver?.(error) ?? false) || ++inARow === MAX_FAILURES_IN_A_ROW;
      failed = { error, gaveUp };
      if (gaveUp) break;
      if (next.length === 1) continue;
      const middle = next.length >> 1;
      waiting.push(next.slice(middle), next.slice(0, middle));
    }
  }
  return failed;
}

/** For the event that tells of it. */
export function codeOfFailure(failed: Failed | undefined): { code?: string } {
  return failed ? { code: codeOf(failed.error) } : {};
}
