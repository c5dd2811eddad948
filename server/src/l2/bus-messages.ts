import type { BusMessage } from '../core/contracts.js';
import type { EntryId } from '../core/resource.js';
import type { Scope } from '../core/scope.js';
import type { TenantId } from '../core/tenant-id.js';
import { scopeOf } from './invalidation-records.js';

/**
 * The layout: kind u8, sender (16 bytes), number of the message u48 (0: not numbered), and by kind: of `entries` ids (u16
 * length, bytes), of `clear` its sequence u48, of `invalidate` its sequence u48 and the fields of its records (as ids).
 * The scripts append what follows the sender.
 */
export const ORIGIN_BYTES = 16;
const NUMBER_AT = 1 + ORIGIN_BYTES;
const REST_AT = NUMBER_AT + 6;

const ENTRIES = 'e';
const CLEAR = 'c';
const INVALIDATE = 'i';
const SETTINGS = 's';

/** Up to the number, as each script takes it. */
export interface MessageHeads {
  readonly entries: Buffer;
  readonly clear: Buffer;
  readonly invalidate: Buffer;
}

export function messageHeads(origin: Buffer): MessageHeads {
  const head = (kind: string) => Buffer.concat([Buffer.from(kind), origin]);
  return { entries: head(ENTRIES), clear: head(CLEAR), invalidate: head(INVALIDATE) };
}

export function settingsMessage(origin: Buffer): Buffer {
  return Buffer.concat([Buffer.from(SETTINGS), origin, Buffer.alloc(6)]);
}

/** The number of a message, by which a hole is seen; undefined for one that has none or is none of ours. */
export function messageNumber(bytes: Buffer): number | undefined {
  if (bytes.length < REST_AT) return undefined;
  return bytes.readUIntBE(NUMBER_AT, 6) || undefined;
}

export function isFrom(bytes: Buffer, origin: Buffer): boolean {
  return bytes.length >= REST_AT && origin.compare(bytes, 1, NUMBER_AT) === 0;
}

/** Undefined for anything that this version does not send. */
export function parseBusMessage(tenant: TenantId, bytes: Buffer): BusMessage | undefined {
  if (bytes.length < REST_AT) return undefined;
  const origin = bytes.toString('hex', 1, NUMBER_AT);
  switch (String.fromCharCode(bytes[0] as number)) {
    case ENTRIES: {
      const ids = texts(bytes, REST_AT);
      return ids && { type: 'entries', tenant, origin, ids: ids as EntryId[] };
    }
    case CLEAR:
      if (bytes.length !== REST_AT + 6) return undefined;
      return { type: 'clear', tenant, origin, sequence: bytes.readUIntBE(REST_AT, 6) };
    case INVALIDATE: {
      const scopes = bytes.length < REST_AT + 6 ? undefined : texts(bytes, REST_AT + 6)?.map(scopeOf);
      if (!scopes?.every((scope): scope is Scope => scope !== undefined)) return undefined;
      return { type: 'invalidate', tenant, origin, scopes, sequence: bytes.readUIntBE(REST_AT, 6) };
    }
    case SETTINGS:
      return { type: 'settings', tenant, origin };
    default:
      return undefined;
  }
}

function texts(bytes: Buffer, from: number): string[] | undefined {
  const found: string[] = [];
  for (let at = from; at < bytes.length; ) {
    if (at + 2 > bytes.length) return undefined;
    const end = at + 2 + bytes.readUInt16BE(at);
    if (end > bytes.length) return undefined;
    found.push(bytes.toString('utf8', at + 2, end));
    at = end;
  }
  return found;
}
