import { createHash } from 'node:crypto';
import type { EntryBody } from './contracts.js';
import { isDatasetOwner } from './dataset.js';
import type { EntryId } from './resource.js';
import type { TenantId } from './tenant-id.js';

/** What an entry is charged for bookkeeping, so that a million tiny entries are not free. */
export const OVERHEAD_BYTES = 128;
/** Sizes are multiples of this. */
export const SIZE_UNIT_BYTES = 16;
/** Version, sequence and creation time (13 bytes), flags and time to live (7 bytes) precede the payload of every entry. */
export const ENVELOPE_BYTES = 20;
/** What follows them where the flags say so: grace (u48), load time (u32), length of the tags (u16) and the tags. */
export const GRACE_BYTES = 6;
export const LOAD_BYTES = 4;
export const TAGS_LENGTH_BYTES = 2;
/** Stands between two tags of an entry; no tag holds it. */
export const TAG_SEPARATOR = '\0';
/** The largest `maxEntryBytes`: 21 bits count an entry's units of 16 bytes. */
export const MAX_ENTRY_BYTES = (2 ** 21 - 1) * SIZE_UNIT_BYTES;
export const DEFAULT_MAX_ENTRY_BYTES = 8 * 1024 * 1024;

/** Of an entry's Redis key, what is neither account nor member; l2 spells it and a test compares the two. */
const KEY_FRAME_BYTES = 10;
const DATASET_KEY_FRAME_BYTES = 1;

/** Keys above this many bytes are stored under their hash. */
export const MAX_STORED_KEY_BYTES = 200;
/** Opens the stored form of a hashed key; a key that begins so by itself is hashed as well, so the two never meet. */
export const HASH_MARKER = '~';

/** The name of an entry in the shared store, `<resource>:<stored key>`; at most 265 bytes. */
export type StoredMember = string & { readonly __brand: 'StoredMember' };

export function storedMember(id: EntryId): StoredMember {
  const colon = id.indexOf(':');
  const keyLength = id.length - colon - 1;
  // No character takes less than one byte or more than three per UTF-16 unit.
  const short = keyLength * 3 <= MAX_STORED_KEY_BYTES || Buffer.byteLength(id) - colon - 1 <= MAX_STORED_KEY_BYTES;
  if (short && id[colon + 1] !== HASH_MARKER) return id as string as StoredMember;
  const hash = createHash('sha256')
    .update(id.slice(colon + 1))
    .digest('hex');
  return `${id.slice(0, colon + 1)}${HASH_MARKER}sha256:${hash}` as StoredMember;
}

type Sized = Pick<EntryBody, 'payload' | 'graceMs' | 'tags' | 'loadMs'>;

/** Of the stored value: the envelope, what its flags add, and the payload. */
export function storedValueBytes({ payload, graceMs, tags, loadMs }: Sized): number {
  let bytes = ENVELOPE_BYTES + payload.length;
  if (graceMs > 0) bytes += GRACE_BYTES;
  if (loadMs !== undefined) bytes += LOAD_BYTES;
  if (tags !== undefined && tags.length > 0) bytes += TAGS_LENGTH_BYTES + Buffer.byteLength(tags.join(TAG_SEPARATOR));
  return bytes;
}

/** Bytes of the Redis key + bytes of the stored value + 128, rounded up to a multiple of 16. */
export function storedSizeBytes(tenant: TenantId, member: StoredMember, body: Sized): number {
  const frameBytes = isDatasetOwner(tenant) ? DATASET_KEY_FRAME_BYTES : KEY_FRAME_BYTES;
  const keyBytes = frameBytes + tenant.length + Buffer.byteLength(member);
  return Math.ceil((keyBytes + storedValueBytes(body) + OVERHEAD_BYTES) / SIZE_UNIT_BYTES) * SIZE_UNIT_BYTES;
}
