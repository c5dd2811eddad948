import type { EntryBody, StoredEntry } from '../core/contracts.js';
import { ENVELOPE_BYTES, GRACE_BYTES, LOAD_BYTES, TAG_SEPARATOR, TAGS_LENGTH_BYTES } from '../core/stored-size.js';
import type { PackedWriter } from './packed-writer.js';

/**
 * The layout: version u8, sequence u48, created ms u48 (checked by the script), flags u8 (times 16 the priority), ttl ms
 * u48, then what the flags name: grace ms u48, load ms u32, tags (u16 length, joined); then the payload.
 */
export const VALUE_VERSION = 1;
const SCRIPT_HEADER_BYTES = 13;
const MAX_U48 = 2 ** 48 - 1;
const MAX_U32 = 2 ** 32 - 1;

const GRACE = 1;
const LOAD = 2;
const TAGS = 4;
const SEALED = 8;
const PRIORITY = 16;
const ALL_FLAGS = 4 * PRIORITY - 1;

/** A century; longer lives are kept that long. */
const MAX_LIFE_MS = 100 * 365 * 86_400_000;

/** Packs a value with the sequence and time that are expected for it; the script corrects them. */
export function packValue(writer: PackedWriter, body: EntryBody, sequence: number, createdAtMs: number): void {
  const { payload, ttlMs, graceMs, tags, loadMs, sealed, priority = 0 } = body;
  writer.u8(VALUE_VERSION);
  writer.u48(sequence);
  writer.u48(createdAtMs);
  const tagged = tags !== undefined && tags.length > 0 ? tags.join(TAG_SEPARATOR) : undefined;
  const freshMs = Math.min(Math.ceil(ttlMs), MAX_LIFE_MS);
  writer.u8(
    (graceMs > 0 ? GRACE : 0) |
      (loadMs === undefined ? 0 : LOAD) |
      (tagged === undefined ? 0 : TAGS) |
      (sealed ? SEALED : 0) |
      (priority * PRIORITY),
  );
  writer.u48(freshMs);
  if (graceMs > 0) writer.u48(Math.min(Math.ceil(graceMs), MAX_LIFE_MS - freshMs, MAX_U48));
  if (loadMs !== undefined) writer.u32(Math.min(Math.ceil(loadMs), MAX_U32));
  if (tagged !== undefined) writer.text16(tagged);
  writer.bytes(payload);
}

/** Undefined where the value is of no layout that this version reads. */
export function decodeValue(value: Buffer): StoredEntry | undefined {
  if (value.length < ENVELOPE_BYTES || value[0] !== VALUE_VERSION) return undefined;
  const flags = value[SCRIPT_HEADER_BYTES] as number;
  if (flags === 0) return entry(value, 0, undefined, undefined, undefined, ENVELOPE_BYTES);
  if (flags > ALL_FLAGS) return undefined;
  let at = ENVELOPE_BYTES;
  const ends = (bytes: number) => at + bytes <= value.length;
  let graceMs = 0;
  let loadMs: number | undefined;
  let tags: readonly string[] | undefined;
  if (flags & GRACE) {
    if (!ends(GRACE_BYTES)) return undefined;
    graceMs = value.readUIntBE(at, GRACE_BYTES);
    at += GRACE_BYTES;
  }
  if (flags & LOAD) {
    if (!ends(LOAD_BYTES)) return undefined;
    loadMs = value.readUInt32BE(at);
    at += LOAD_BYTES;
  }
  if (flags & TAGS) {
    if (!ends(TAGS_LENGTH_BYTES)) return undefined;
    const length = value.readUInt16BE(at);
    at += TAGS_LENGTH_BYTES;
    if (length === 0 || !ends(length)) return undefined;
    tags = value.toString('utf8', at, at + length).split(TAG_SEPARATOR);
    at += length;
  }
  const sealed = (flags & SEALED) !== 0 || undefined;
  return entry(value, graceMs, loadMs, tags, sealed, at, Math.floor(flags / PRIORITY) || undefined);
}

function entry(
  value: Buffer,
  graceMs: number,
  loadMs: number | undefined,
  tags: readonly string[] | undefined,
  sealed: boolean | undefined,
  payloadAt: number,
  priority?: number,
): StoredEntry {
  return {
    payload: value.subarray(payloadAt),
    sequence: value.readUIntBE(1, 6),
    createdAtMs: value.readUIntBE(7, 6),
    ttlMs: value.readUIntBE(SCRIPT_HEADER_BYTES + 1, 6),
    graceMs,
    tags,
    loadMs,
    sealed,
    priority,
  };
}
