import type { AuthorizationOptions, DecisionTtl, PermissionLoader, PermissionSet } from '../core/authorization.js';
import { type Duration, durationMs } from '../core/duration.js';
import { assertOptionNames, invalidOption } from '../core/options.js';
import { isActionPattern, stemOf } from './permission-pattern.js';

const WHERE = 'authorization()';
const NAMES = ['load', 'ttl', 'decisionTtl', 'timeout', 'onUnavailable'];
const MAX_TIMEOUT_MS = 600_000;

export interface AuthorizationSettings {
  readonly load: PermissionLoader;
  readonly ttlMs: (set: PermissionSet) => number;
  readonly maxAgeMs: (action: string) => number;
  readonly timeoutMs: number;
  /** 0: deny. */
  readonly graceMs: number;
}

/** @throws TenantCacheError `OPTION_INVALID` */
export function authorizationSettings(options: AuthorizationOptions): AuthorizationSettings {
  assertOptionNames(WHERE, options, NAMES);
  const { load, ttl = '5m', decisionTtl, timeout = '5s', onUnavailable = 'deny' } = options;
  if (typeof load !== 'function') {
    throw invalidOption(
      WHERE,
      `load: ${typeof load}`,
      '({ tenantId, userId, signal }) => Promise<PermissionSet | null>',
    );
  }
  const timeoutMs = durationMs(timeout, 'timeout', 1);
  if (timeoutMs > MAX_TIMEOUT_MS) throw invalidOption(WHERE, `timeout: ${String(timeout)}`, '1 ms to 10 minutes');
  return {
    load,
    ttlMs: typeof ttl === 'function' ? (set) => durationMs(ttl(set), 'ttl', 1) : always(durationMs(ttl, 'ttl', 1)),
    maxAgeMs: maxAge(decisionTtl),
    timeoutMs,
    graceMs: grace(onUnavailable),
  };
}

function maxAge(decisionTtl: DecisionTtl | undefined): (action: string) => number {
  const age = (ttl: Duration) => durationMs(ttl, 'decisionTtl', 1);
  if (decisionTtl === undefined) return always(Number.POSITIVE_INFINITY);
  if (typeof decisionTtl === 'function') return (action) => age(decisionTtl(action));
  if (typeof decisionTtl !== 'object' || decisionTtl === null) return always(age(decisionTtl));
  const ages = new Map<string, number>();
  for (const [pattern, ttl] of Object.entries(decisionTtl)) {
    if (!isActionPattern(pattern as unknown)) {
      throw invalidOption(
        WHERE,
        `decisionTtl: a name of ${pattern.length} characters`,
        "an action, 'portfolio:*' or '*'",
      );
    }
    ages.set(stemOf(pattern), age(ttl));
  }
  return (action) => longest(ages, action) ?? Number.POSITIVE_INFINITY;
}

function longest(ages: ReadonlyMap<string, number>, action: string): number | undefined {
  const whole = ages.get(action);
  if (whole !== undefined) return whole;
  for (let end = action.lastIndexOf(':'); end !== -1; end = end === 0 ? -1 : action.lastIndexOf(':', end - 1)) {
    const found = ages.get(action.slice(0, end + 1));
    if (found !== undefined) return found;
  }
  return ages.get('');
}

function grace(onUnavailable: unknown): number {
  if (onUnavailable === 'deny') return 0;
  const named = typeof onUnavailable === 'object' && onUnavailable !== null && Object.hasOwn(onUnavailable, 'grace');
  if (!named) throw invalidOption(WHERE, `onUnavailable: ${typeof onUnavailable}`, "'deny' or { grace: '5m' }");
  assertOptionNames(`${WHERE}: onUnavailable`, onUnavailable, ['grace']);
  return durationMs((onUnavailable as { grace: Duration }).grace, 'grace', 1);
}

function always(ms: number): () => number {
  return () => ms;
}
