import type { Request } from 'express';
import { isCredentialField } from '../core/credential-fields.js';
import { fail } from '../core/errors.js';
import { type Field, fieldValue } from './fields.js';
import { askOption } from './option-failed.js';
import type { RequestHead } from './request-head.js';
import { MAX_TARGET_KEY_BYTES, sha256 } from './request-target.js';
import type { ResponseSettings } from './response-options.js';
import { selectingKey } from './vary.js';

/**
 * Fields that many frameworks build links and redirects from, though no Vary names them: an answer made with one must
 * never meet a request without it (Kettle, "Practical Web Cache Poisoning", 2018).
 */
const UNKEYED = new Set([
  'forwarded',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-forwarded-prefix',
  'x-forwarded-scheme',
  'x-forwarded-server',
  'x-forwarded-ssl',
  'x-host',
  'x-http-host-override',
  'x-original-host',
  'front-end-https',
]);
/** Fields by which some frameworks take another method or address than that of the request line. */
const OVERRIDES = ['x-original-url', 'x-rewrite-url', 'x-http-method-override', 'x-method-override', 'x-http-method'];

/** Whether the request may be about something else than its address says: such pass by. */
export function isAmbiguous(req: Request, { fields }: RequestHead): boolean {
  if (OVERRIDES.some((name) => has(fields, name))) return true;
  const { originalMethod } = req as { originalMethod?: unknown };
  if (originalMethod !== undefined && originalMethod !== req.method) return true;
  // A body that the address does not tell of (a "fat GET").
  const length = fieldValue(fields, 'content-length');
  return has(fields, 'transfer-encoding') || (length !== undefined && length !== '0');
}

/** The key of a request before its variant. Its parts are set apart by spaces, which no address holds. */
export function entryKey(req: Request, head: RequestHead, settings: ResponseSettings): string {
  const { fields, target } = head;
  let key = settings.key === undefined ? target.key : `custom ${bounded(customKey(req, settings.key))}`;
  const unkeyed = valuesOf(fields, (name) => UNKEYED.has(name));
  if (unkeyed !== undefined) key += ` via ${unkeyed}`;
  if (settings.policy.authorization === 'separate') {
    const credentials = valuesOf(fields, isCredentialField);
    if (credentials !== undefined) key += ` for ${credentials}`;
  }
  return key;
}

/** The key of the variant that a request selects. */
export function variantKey(key: string, vary: readonly string[], head: RequestHead): string {
  return `${key} variant ${selectingKey(vary, head)}`;
}

/** A promise or nothing at all would be one text for every request. */
function customKey(req: Request, keyOf: (req: Request) => unknown): string {
  return askOption('key', () => {
    const key = keyOf(req);
    if (typeof key === 'string') return key;
    throw fail('KEY_INVALID', { given: `a ${typeof key} from the option key`, allowed: 'a string' });
  });
}

function bounded(key: string): string {
  return Buffer.byteLength(key) <= MAX_TARGET_KEY_BYTES ? JSON.stringify(key).replaceAll(' ', '\\u0020') : sha256(key);
}

/** By name, so that processes that look for other names agree on a request that has none of them. */
function valuesOf(fields: readonly Field[], isOne: (name: string) => boolean): string | undefined {
  const present = fields.filter(([name]) => isOne(name));
  if (present.length === 0) return undefined;
  return sha256(JSON.stringify(present.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))));
}

function has(fields: readonly Field[], name: string): boolean {
  return fields.some(([present]) => present === name);
}
