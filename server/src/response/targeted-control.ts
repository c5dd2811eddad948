import { type Directives, deltaSeconds } from './cache-control.js';
import { type Field, fieldValue, listMembers, trimSpace } from './fields.js';

const KEY = /^[a-z*][a-z0-9_.*-]*$/;
const TOKEN = /^[A-Za-z*][!#$%&'*+.^_`|~:/0-9A-Za-z-]*$/;
const NUMBER = /^-?\d{1,15}(?:\.\d{1,3})?$/;
const STRING = /^"[\x20-\x21\x23-\x5b\x5d-\x7e]*"$/;

/** Directives whose value must be a whole number; any other value there is as if they were not (RFC 9213, 2.1). */
const IN_SECONDS = new Set(['max-age', 's-maxage', 'stale-while-revalidate', 'stale-if-error']);

/**
 * The first targeted field that is there and well-formed (RFC 9213, 2.2): it stands in place of Cache-Control and Expires.
 * One that is no dictionary of RFC 9651 is ignored whole.
 */
export function targetedControl(fields: readonly Field[], targeted: readonly string[]): Directives | undefined {
  for (const name of targeted) {
    const value = fieldValue(fields, name);
    const directives = value === undefined || trimSpace(value) === '' ? undefined : dictionary(value);
    if (directives !== undefined) return directives;
  }
  return undefined;
}

function dictionary(text: string): Directives | undefined {
  const directives = new Map<string, readonly string[]>();
  for (const member of listMembers(text)) {
    const [item = '', ...parameters] = member.split(';');
    const equals = item.indexOf('=');
    const key = equals === -1 ? item : item.slice(0, equals);
    const value = equals === -1 ? '?1' : item.slice(equals + 1);
    if (!KEY.test(key) || !isBareItem(value) || !parameters.every(isParameter)) return undefined;
    if (value === '?0') directives.delete(key);
    else if (!IN_SECONDS.has(key)) directives.set(key, ['']);
    else if (deltaSeconds(value) !== undefined) directives.set(key, [value]);
  }
  return directives;
}

function isBareItem(text: string): boolean {
  return text === '?0' || text === '?1' || NUMBER.test(text) || TOKEN.test(text) || STRING.test(text);
}

function isParameter(text: string): boolean {
  const trimmed = trimSpace(text);
  const equals = trimmed.indexOf('=');
  return (
    KEY.test(equals === -1 ? trimmed : trimmed.slice(0, equals)) &&
    (equals === -1 || isBareItem(trimmed.slice(equals + 1)))
  );
}
