import type { Scope } from '../core/scope.js';

/** Every record's value: its sequence u48, its time in ms u48. */
const RECORD_BYTES = 12;
const TAG = 't';
const PREFIX = 'p';

/** How the hash of a tenant's invalidations names a scope; `include/records.lua` reads the same. */
export function fieldOf(scope: Scope): string {
  return 'tag' in scope ? `${TAG}${scope.tag}` : `${PREFIX}${scope.resource}:${scope.prefix}`;
}

/** Undefined for a field of a later version. */
export function scopeOf(field: string): Scope | undefined {
  if (field.startsWith(TAG)) return { tag: field.slice(1) };
  const colon = field.indexOf(':');
  if (!field.startsWith(PREFIX) || colon < 0) return undefined;
  return { resource: field.slice(1, colon), prefix: field.slice(colon + 1) };
}

export interface InvalidationRecord {
  readonly scope: Scope;
  readonly sequence: number;
}

/** The answer of HGETALL, fields and values in turn; undefined where one cannot be read, for it may hide anything. */
export function parseRecords(reply: readonly Buffer[]): InvalidationRecord[] | undefined {
  const records: InvalidationRecord[] = [];
  for (let index = 0; index + 1 < reply.length; index += 2) {
    const scope = scopeOf((reply[index] as Buffer).toString());
    const value = reply[index + 1] as Buffer;
    if (!scope || value.length !== RECORD_BYTES) return undefined;
    records.push({ scope, sequence: value.readUIntBE(0, 6) });
  }
  return records;
}
