import { cacheControl, type Directives, deltaSeconds, isUnqualified, seconds } from './cache-control.js';
import { type Field, fieldValue, fieldValues, hasField, listMembers } from './fields.js';
import { httpDateMs } from './http-dates.js';
import type { ResponsePolicy } from './response-policy.js';
import { targetedControl } from './targeted-control.js';

export interface ResponseHead {
  readonly status: number;
  readonly headers: readonly Field[];
}

/** By this process's clock, in milliseconds since 1970. */
export interface ResponseTimes {
  readonly requestAtMs: number;
  readonly responseAtMs: number;
}

/** The directives that a response is judged by, and whether they came in a targeted field, beside which Expires is nothing. */
export interface EffectiveControl {
  readonly directives: Directives;
  readonly targeted: boolean;
}

export function effectiveControl(headers: readonly Field[], policy: ResponsePolicy): EffectiveControl {
  const targeted = policy.targeted.length === 0 ? undefined : targetedControl(headers, policy.targeted);
  return targeted === undefined
    ? { directives: cacheControl(headers), targeted: false }
    : { directives: targeted, targeted: true };
}

/** Statuses that may be fresh by heuristics or by the developer's word (RFC 9110, 15.1); 206 is never kept. */
const HEURISTIC_STATUSES = new Set([200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501]);

export function isHeuristicStatus(status: number): boolean {
  return HEURISTIC_STATUSES.has(status);
}

/**
 * How long a response is fresh for from its generation, in milliseconds (RFC 9111, 4.2.1), or nothing where neither it nor
 * an option says.
 */
export function freshnessLifetimeMs(
  head: ResponseHead,
  times: ResponseTimes,
  policy: ResponsePolicy,
): number | undefined {
  const { directives, targeted } = effectiveControl(head.headers, policy);
  const age = seconds(directives, 's-maxage') ?? seconds(directives, 'max-age');
  if (age !== undefined) return age * 1_000;
  if (!targeted && hasField(head.headers, 'expires')) {
    const expiresMs = singleDateMs(head.headers, 'expires', times.responseAtMs);
    // What cannot be read is in the past, such as the usual `0` (RFC 9111, 5.3).
    return expiresMs === undefined ? 0 : Math.max(0, expiresMs - dateMs(head.headers, times));
  }
  return heuristicMs(head, times, policy, directives);
}

function heuristicMs(head: ResponseHead, times: ResponseTimes, policy: ResponsePolicy, directives: Directives) {
  if (policy.heuristic === undefined) return undefined;
  if (!isHeuristicStatus(head.status) && !directives.has('public')) return undefined;
  const modifiedMs = singleDateMs(head.headers, 'last-modified', times.responseAtMs);
  if (modifiedMs === undefined) return undefined;
  const sinceMs = Math.max(0, dateMs(head.headers, times) - modifiedMs);
  return Math.min(policy.heuristic.maxMs, Math.floor(sinceMs * policy.heuristic.fraction));
}

/** How old a response was as its head was there (RFC 9111, 4.2.3), in milliseconds. */
export function initialAgeMs(headers: readonly Field[], times: ResponseTimes): number {
  // Date is in whole seconds, so a fraction is no age.
  const apparentMs = Math.max(0, Math.floor((times.responseAtMs - dateMs(headers, times)) / 1_000) * 1_000);
  const delayMs = Math.max(0, times.responseAtMs - times.requestAtMs);
  const age = hasField(headers, 'age') ? (ageSeconds(headers) ?? 0) * 1_000 : 0;
  // A handler in this process answers with no age of its own: the time it took is not one.
  return Math.max(apparentMs, age === 0 ? 0 : age + delayMs);
}

/** The first member of the first line; what is no number is ignored (RFC 9111, 5.1). */
function ageSeconds(headers: readonly Field[]): number | undefined {
  return deltaSeconds(listMembers((fieldValues(headers, 'age')[0] ?? '').slice(0, 64))[0] ?? '');
}

/** When the origin made it; where it does not say, when it was there. */
export function dateMs(headers: readonly Field[], times: ResponseTimes): number {
  return singleDateMs(headers, 'date', times.responseAtMs) ?? times.responseAtMs;
}

/** Of a field that may stand there once only. */
export function singleDateMs(headers: readonly Field[], name: string, nowMs: number): number | undefined {
  return httpDateMs(fieldValue(headers, name), nowMs);
}

/** Forbids every answer that is stale, also the one that an error calls for (RFC 9111, 4.2.4). */
export function forbidsStale(directives: Directives): boolean {
  return (
    directives.has('must-revalidate') ||
    directives.has('proxy-revalidate') ||
    directives.has('s-maxage') ||
    isUnqualified(directives, 'no-cache')
  );
}

/** How long after its freshness a response may be served while it is renewed, and where renewing fails (RFC 5861). */
export function staleWindows(
  directives: Directives,
  policy: ResponsePolicy,
): { whileRevalidateMs: number; ifErrorMs: number } {
  if (forbidsStale(directives)) return { whileRevalidateMs: 0, ifErrorMs: 0 };
  const whileRevalidate = seconds(directives, 'stale-while-revalidate');
  const ifError = seconds(directives, 'stale-if-error');
  return {
    whileRevalidateMs: whileRevalidate === undefined ? policy.staleWhileRevalidateMs : whileRevalidate * 1_000,
    ifErrorMs: ifError === undefined ? policy.staleIfErrorMs : ifError * 1_000,
  };
}
