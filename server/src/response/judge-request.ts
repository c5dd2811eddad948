import { type Directives, isUnqualified, seconds } from './cache-control.js';
import { type Field, fieldValue, hasField } from './fields.js';
import { effectiveControl, forbidsStale, initialAgeMs, staleWindows } from './freshness.js';
import type { RequestHead } from './request-head.js';
import type { ResponsePolicy } from './response-policy.js';
import { isOwnTag } from './stored-fields.js';
import type { StoredResponse } from './stored-response.js';

export type Verdict =
  /** To the handler as it is; nothing of it is kept. A HEAD and an unsafe method may still change what is stored. */
  | { readonly kind: 'bypass'; readonly detail: 'method' | 'head' | 'request-no-store' | 'upgrade' | 'condition' }
  /** To the handler; `alone` where its answer fits nobody else: a range. */
  | { readonly kind: 'miss'; readonly alone: boolean }
  /** `ttlMs` is the freshness that is left: below 0 where the client takes stale answers. */
  | { readonly kind: 'hit'; readonly ttlMs: number }
  /** Served stale while it is renewed with `conditions`. */
  | { readonly kind: 'stale'; readonly ttlMs: number; readonly conditions: readonly Field[] }
  /** To the handler with these in place of the client's own conditions; `onError`: what is stored may answer for a failure. */
  | {
      readonly kind: 'revalidate';
      readonly conditions: readonly Field[];
      readonly fwd: 'stale' | 'request';
      readonly onError: boolean;
    }
  /** only-if-cached, and nothing to answer from: 504. */
  | { readonly kind: 'refused' };

/** Request fields that only an origin may judge (RFC 9111, 4.3.2). */
const ORIGIN_CONDITIONS = ['if-match', 'if-unmodified-since'];

/** What to do with a request, with what is stored for it (RFC 9111, 4). */
export function judgeRequest(
  request: RequestHead,
  stored: StoredResponse | undefined,
  nowMs: number,
  policy: ResponsePolicy,
): Verdict {
  const { method, fields } = request;
  if (method !== 'GET' && method !== 'HEAD') return { kind: 'bypass', detail: 'method' };
  if (hasField(fields, 'upgrade')) return { kind: 'bypass', detail: 'upgrade' };
  if (ORIGIN_CONDITIONS.some((name) => hasField(fields, name))) return { kind: 'bypass', detail: 'condition' };
  const control = policy.requestDirectives ? effectiveRequestControl(request) : NONE;
  if (control.has('no-store')) return { kind: 'bypass', detail: 'request-no-store' };
  const verdict = stored === undefined ? undefined : judgeStored(control, stored, nowMs, policy);
  if (verdict?.kind === 'hit' || verdict?.kind === 'stale') return verdict;
  if (control.has('only-if-cached')) return { kind: 'refused' };
  // A HEAD that is not answered from a store is forwarded as such: its answer has no body to keep.
  if (method === 'HEAD') return { kind: 'bypass', detail: 'head' };
  return verdict ?? { kind: 'miss', alone: hasField(fields, 'range') };
}

const NONE: Directives = new Map();
const NO_CACHE: Directives = new Map([['no-cache', ['']]]);

/** Pragma is heard only where there is no Cache-Control (RFC 9111, 5.4). */
function effectiveRequestControl(request: RequestHead): Directives {
  if (hasField(request.fields, 'cache-control')) return request.control;
  const pragma = fieldValue(request.fields, 'pragma');
  return pragma?.toLowerCase().includes('no-cache') ? NO_CACHE : NONE;
}

function judgeStored(control: Directives, stored: StoredResponse, nowMs: number, policy: ResponsePolicy): Verdict {
  const { directives } = effectiveControl(stored.headers, policy);
  const ttlMs = remainingMs(stored, nowMs);
  const conditions = conditionFields(stored);
  const windows = staleWindows(directives, policy);
  const onError = -ttlMs < windows.ifErrorMs;
  // Said by the field, not by its freshness of 0: to a process whose clock is behind, that has not begun.
  if (isUnqualified(directives, 'no-cache')) return { kind: 'revalidate', conditions, fwd: 'stale', onError: false };
  if (asksPast(control, stored, nowMs)) return { kind: 'revalidate', conditions, fwd: 'request', onError };
  if (ttlMs > 0) return { kind: 'hit', ttlMs };
  if (takesStale(control, -ttlMs) && !forbidsStale(directives)) return { kind: 'hit', ttlMs };
  if (-ttlMs < windows.whileRevalidateMs && !hasFreshnessWish(control)) return { kind: 'stale', ttlMs, conditions };
  return { kind: 'revalidate', conditions, fwd: 'stale', onError };
}

/** Freshness that is left; 0 or less for what is stale. */
export function remainingMs(stored: StoredResponse, nowMs: number): number {
  return stored.responseAtMs + stored.freshForMs - nowMs;
}

/** Its age now (RFC 9111, 4.2.3). */
export function currentAgeMs(stored: StoredResponse, nowMs: number): number {
  return initialAgeMs(stored.headers, stored) + Math.max(0, nowMs - stored.responseAtMs);
}

/** no-cache, or a max-age or min-fresh of the client that what is stored does not meet (RFC 9111, 5.2.1). */
function asksPast(control: Directives, stored: StoredResponse, nowMs: number): boolean {
  if (control.size === 0) return false;
  if (control.has('no-cache')) return true;
  const maxAge = seconds(control, 'max-age');
  if (maxAge !== undefined && currentAgeMs(stored, nowMs) >= maxAge * 1_000) return !control.has('max-stale');
  const minFresh = seconds(control, 'min-fresh');
  return minFresh !== undefined && remainingMs(stored, nowMs) < minFresh * 1_000;
}

/** max-stale with no number takes any staleness. */
function takesStale(control: Directives, staleForMs: number): boolean {
  const given = control.get('max-stale');
  if (given === undefined) return false;
  return given.includes('') || staleForMs <= (seconds(control, 'max-stale') ?? 0) * 1_000;
}

function hasFreshnessWish(control: Directives): boolean {
  return control.has('min-fresh') || control.has('max-age');
}

/** What a handler needs to answer 304 (RFC 9111, 4.3.1); an ETag of the cache's own making says nothing to it. */
export function conditionFields(stored: StoredResponse): readonly Field[] {
  const conditions: Field[] = [];
  const etag = fieldValue(stored.headers, 'etag');
  if (etag !== undefined && !isOwnTag(etag)) conditions.push(['if-none-match', etag]);
  const modified = fieldValue(stored.headers, 'last-modified');
  if (modified !== undefined) conditions.push(['if-modified-since', modified]);
  return conditions;
}
