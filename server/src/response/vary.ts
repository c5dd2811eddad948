import { type Field, fieldValues, listMembers, trimSpace } from './fields.js';
import type { RequestHead } from './request-head.js';
import { sha256 } from './request-target.js';
import type { ResponsePolicy } from './response-policy.js';

/** More names than this are as good as `*`. */
const MAX_NAMES = 32;

/** Fields whose values have no case (RFC 9110, 12.5). */
const WITHOUT_CASE = new Set(['accept-encoding', 'accept-language', 'accept-charset']);

/** Names that the answer depends on, in lower case and sorted, with those of the route; `*` fits no other request. */
export function varyOf(headers: readonly Field[], policy: Pick<ResponsePolicy, 'vary'>): '*' | readonly string[] {
  const names = new Set(policy.vary);
  for (const line of fieldValues(headers, 'vary')) {
    for (const name of line.split(',')) names.add(trimSpace(name).toLowerCase());
  }
  names.delete('');
  return names.has('*') || names.size > MAX_NAMES ? '*' : [...names].sort();
}

/**
 * One key for all requests that select the same variant (RFC 9111, 4.1): lines of one name joined, space around commas
 * left out, case only where the field has none. Order stays: to many servers it is a preference. `''` for no names.
 */
export function selectingKey(vary: readonly string[], request: Pick<RequestHead, 'fields'>): string {
  if (vary.length === 0) return '';
  const selected = vary.map((name) => {
    const lines = fieldValues(request.fields, name);
    return lines.length === 0 ? null : normalised(name, lines);
  });
  return sha256(JSON.stringify([vary, selected]));
}

function normalised(name: string, lines: readonly string[]): string {
  const joined = lines.flatMap(listMembers).join(',');
  return WITHOUT_CASE.has(name) ? joined.toLowerCase() : joined;
}
