import { isCredentialField } from '../core/credential-fields.js';
import { type Directives, isUnqualified } from './cache-control.js';
import { hasField } from './fields.js';
import {
  effectiveControl,
  freshnessLifetimeMs,
  initialAgeMs,
  isHeuristicStatus,
  type ResponseHead,
  type ResponseTimes,
  staleWindows,
} from './freshness.js';
import type { RequestHead } from './request-head.js';
import type { ResponsePolicy } from './response-policy.js';
import { varyOf } from './vary.js';

export type Storing =
  | { readonly store: true; readonly freshForMs: number; readonly keepForMs: number }
  | { readonly store: false; readonly reason: NotStored };

export type NotStored =
  | 'method'
  | 'status'
  | 'request-no-store'
  | 'no-store'
  | 'private'
  | 'authorization'
  | 'cookie'
  | 'vary'
  | 'set-cookie'
  | 'no-freshness'
  | 'no-validator';

/** A year: what a longer freshness is kept for. */
export const MAX_KEEP_MS = 365 * 86_400_000;

/** Statuses whose meaning for a cache is known here (RFC 9110, 15); partial and conditional answers are never kept. */
const UNDERSTOOD = new Set([
  200, 201, 202, 203, 204, 205, 300, 301, 302, 303, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410,
  411, 412, 413, 414, 415, 416, 417, 421, 422, 426, 500, 501, 502, 503, 504, 505,
]);

/**
 * Whether a shared cache may keep a whole, final response, and for how long (RFC 9111, 3).
 * `freshForMs` counts from `responseAtMs` and is 0 or less for what must be revalidated; `keepForMs` is the time of its
 * entry: freshness, stale windows and, where it has a validator, `retainMs` more.
 */
export function judgeResponse(
  request: RequestHead,
  head: ResponseHead,
  times: ResponseTimes,
  policy: ResponsePolicy,
): Storing {
  const { directives } = effectiveControl(head.headers, policy);
  const reason = refusal(request, head, directives, policy);
  const kept = lifetimes(head, directives, times, policy);
  if (reason === undefined) return kept;
  // Consent would not help an answer that does not say how long it is fresh: that is the first thing to mend.
  return (reason === 'authorization' || reason === 'cookie') && !kept.store ? kept : { store: false, reason };
}

function refusal(
  request: RequestHead,
  head: ResponseHead,
  directives: Directives,
  policy: ResponsePolicy,
): NotStored | undefined {
  if (request.method !== 'GET') return 'method';
  if (head.status < 200 || head.status === 206 || head.status === 304) return 'status';
  if (policy.requestDirectives && request.control.has('no-store')) return 'request-no-store';
  // must-understand takes the place of no-store where the status is understood, and forbids it where not (5.2.2.3).
  if (directives.has('must-understand')) {
    if (!UNDERSTOOD.has(head.status)) return 'status';
  } else if (directives.has('no-store')) return 'no-store';
  if (directives.has('private')) return 'private';
  if (needsConsent(request, policy) && !SHAREABLE.some((name) => directives.has(name))) return 'authorization';
  if (varyOf(head.headers, policy) === '*') return 'vary';
  if (directives.has('public') || directives.has('s-maxage')) return undefined;
  if (hasField(head.headers, 'set-cookie') && !policy.storeSetCookie) return 'set-cookie';
  return policy.authorization === 'rfc' && hasField(request.fields, 'cookie') ? 'cookie' : undefined;
}

/** RFC 9111, 3.5. Other credentials count as Authorization does; a cookie asks for `public` or `s-maxage`. */
const SHAREABLE = ['public', 's-maxage', 'must-revalidate'];

function needsConsent(request: RequestHead, policy: ResponsePolicy): boolean {
  return (
    policy.authorization === 'rfc' && request.fields.some(([name]) => name !== 'cookie' && isCredentialField(name))
  );
}

function lifetimes(head: ResponseHead, directives: Directives, times: ResponseTimes, policy: ResponsePolicy): Storing {
  const lifetimeMs = givenLifetimeMs(head, times, policy);
  const validator = hasField(head.headers, 'etag') || hasField(head.headers, 'last-modified');
  if (lifetimeMs === undefined && !(validator && isHeuristicStatus(head.status))) {
    return { store: false, reason: 'no-freshness' };
  }
  const mustRevalidate = isUnqualified(directives, 'no-cache');
  const freshForMs = mustRevalidate
    ? 0
    : (lifetimeMs ?? 0) - (policy.ttlMs === undefined ? initialAgeMs(head.headers, times) : 0);
  const windows = staleWindows(directives, policy);
  const servedForMs = freshForMs + Math.max(windows.whileRevalidateMs, windows.ifErrorMs);
  const revalidatedForMs = validator ? Math.max(0, freshForMs) + policy.retainMs : 0;
  const keepForMs = Math.min(MAX_KEEP_MS, Math.max(servedForMs, revalidatedForMs));
  return keepForMs > 0 ? { store: true, freshForMs, keepForMs } : { store: false, reason: 'no-validator' };
}

/** The developer's word goes before the response's, for the statuses that may be fresh by anyone's word. */
function givenLifetimeMs(head: ResponseHead, times: ResponseTimes, policy: ResponsePolicy): number | undefined {
  if (policy.ttlMs === undefined) return freshnessLifetimeMs(head, times, policy);
  return isHeuristicStatus(head.status) ? policy.ttlMs : undefined;
}
