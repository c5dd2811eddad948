import type { StoredEntry } from '../core/contracts.js';
import { ENVELOPE_BYTES } from '../core/stored-size.js';

/** The layout: version u8, sequence u48, created ms u48 (written by the script), flags u8, ttl ms u48, payload. */
export const VALUE_VERSION = 1;
const SCRIPT_HEADER_BYTES = 13;
const BODY_HEADER_BYTES = ENVELOPE_BYTES - SCRIPT_HEADER_BYTES;
const MAX_U48 = 2 ** 48 - 1;

/** What follows the script's header. */
export function encodeBody(payload: Buffer, ttlMs: number): Buffer {
  const body = Buffer.allocUnsafe(BODY_HEADER_BYTES + payload.length);
  body[0] = 0;
  body.writeUIntBE(Math.min(ttlMs, MAX_U48), 1, 6);
  payload.copy(body, BODY_HEADER_BYTES);
  return body;
}

/** Undefined where the value is of no layout that this version reads. */
export function decodeValue(value: Buffer): StoredEntry | undefined {
  if (value.length < ENVELOPE_BYTES || value[0] !== VALUE_VERSION || value[SCRIPT_HEADER_BYTES] !== 0) return undefined;
  return {
    sequence: value.readUIntBE(1, 6),
    createdAtMs: value.readUIntBE(7, 6),
    ttlMs: value.readUIntBE(SCRIPT_HEADER_BYTES + 1, 6),
    payload: value.subarray(ENVELOPE_BYTES),
  };
}
