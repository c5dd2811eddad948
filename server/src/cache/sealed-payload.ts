import { types } from 'node:util';
import type { Codec, EntryBody, SealContext, Sealer, StoredEntry } from '../core/contracts.js';
import type { PendingMark } from '../core/local-tier.js';
import { unreadableReason } from '../core/unreadable.js';

/** A decoded value, or why there is none. */
export type Decoded = { readonly value: unknown } | { readonly reason: string };

/** The body with its payload as a ciphertext. */
export function sealPayload(sealer: Sealer, body: EntryBody, context: SealContext): EntryBody {
  return { ...body, payload: sealer.seal(body.payload, context), sealed: true };
}

/** Where a sealer is set a plain entry is not read: whoever can write to the store could plant one. */
export function readPayload(
  codec: Codec,
  sealer: Sealer | undefined,
  { tenant, id }: PendingMark,
  { payload, sequence, sealed = false }: StoredEntry,
): Decoded | Promise<Decoded> {
  if (sealed !== (sealer !== undefined)) return { reason: sealed ? 'unknown-key' : 'not-sealed' };
  try {
    const plain = sealer === undefined ? payload : sealer.open(payload, { tenant, id, sequence });
    const value = codec.decode(plain);
    return types.isPromise(value) ? value.then((decoded) => ({ value: decoded }), unreadable) : { value };
  } catch (error) {
    return unreadable(error);
  }
}

function unreadable(error: unknown): Decoded {
  return { reason: unreadableReason(error) };
}
