/**
 * Why a stored entry gives no value: `codec` not a document of the codec, `too-large` more than may be decoded,
 * `sealed` altered or moved, `not-sealed` plain where ciphertexts are asked for, `unknown-key` sealed with a key that
 * is not configured, `layout` no entry at all. Few and fixed, so that they can be a label.
 */
export type UnreadableReason = 'layout' | 'codec' | 'too-large' | 'sealed' | 'not-sealed' | 'unknown-key';

/** Thrown by codecs and sealers; a miss to who asked. Says nothing of the entry, for its message may be logged. */
export class UnreadableEntry extends Error {
  override readonly name = 'UnreadableEntry';

  constructor(readonly reason: UnreadableReason) {
    super(`unreadable entry: ${reason}`);
  }
}

/** What a foreign codec throws may hold anything, so only this package's own reasons pass. */
export function unreadableReason(error: unknown): UnreadableReason {
  return error instanceof UnreadableEntry ? error.reason : 'codec';
}
