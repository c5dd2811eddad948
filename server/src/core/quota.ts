import { fail } from './errors.js';

export const EVICTION_POLICIES = ['lru', 'lfu', 'ttl', 'hybrid', 'reject'] as const;
export type EvictionPolicy = (typeof EVICTION_POLICIES)[number];

export const ENFORCEMENTS = ['off', 'observe', 'soft', 'hard'] as const;
export type Enforcement = (typeof ENFORCEMENTS)[number];

export const QUOTA_STATES = ['ok', 'warning', 'exceeded', 'critical'] as const;
export type QuotaState = (typeof QUOTA_STATES)[number];

/** What a tenant may use. Bytes count keys, values and bookkeeping as `docs/features/quotas.md` states. */
export interface TenantSettings {
  quotaBytes: number;
  /** Default false. */
  overageAllowed?: boolean;
  /** Bytes above the quota that writes may still take where overage is allowed. Default 0. */
  overageLimitBytes?: number;
  /** Default `lru`. */
  policy?: EvictionPolicy;
  /** Default `hard`. */
  enforcement?: Enforcement;
}

/** Settings with every default filled in: what a store needs to decide on a write. */
export interface Limits {
  readonly quotaBytes: number;
  /** The limit in force: quota, or quota + overage where overage is allowed. */
  readonly hardLimitBytes: number;
  readonly policy: EvictionPolicy;
  readonly enforcement: Enforcement;
  /**
   * Of one write: it is refused (`full`), and nothing is evicted for it, where use would be above this, whatever the
   * enforcement. What takes no more than it replaces is not refused. Omitted: none.
   */
  readonly ceilingBytes?: number | undefined;
}

/** Share of the quota at which a tenant is warned, and of the limit in force down to which eviction goes. */
export const WARNING_RATIO = 0.8;
export const EVICT_DOWN_TO_RATIO = 0.9;
/** A state that a crossing has told of holds until use falls to this share of its threshold (hysteresis). */
export const FALL_BACK_RATIO = 0.95;

/** @throws TenantCacheError `OPTION_INVALID` naming the field, what was given and what is allowed */
export function limitsOf(settings: TenantSettings): Limits {
  const { quotaBytes, overageAllowed = false, overageLimitBytes = 0, policy = 'lru', enforcement = 'hard' } = settings;
  whole('quotaBytes', quotaBytes, 1);
  whole('overageLimitBytes', overageLimitBytes, 0);
  oneOf('policy', policy, EVICTION_POLICIES);
  oneOf('enforcement', enforcement, ENFORCEMENTS);
  return Object.freeze({
    quotaBytes,
    hardLimitBytes: overageAllowed ? quotaBytes + overageLimitBytes : quotaBytes,
    policy,
    enforcement,
  });
}

/** For writes that nobody waits for: they leave a tenant in the state `ok`, or do not happen. */
export function belowWarning(limits: Limits): Limits & { readonly ceilingBytes: number } {
  return { ...limits, ceilingBytes: Math.max(0, Math.ceil(limits.quotaBytes * WARNING_RATIO) - 1) };
}

export function sameSettings(one: Required<TenantSettings>, other: Required<TenantSettings>): boolean {
  return (
    one.quotaBytes === other.quotaBytes &&
    one.overageAllowed === other.overageAllowed &&
    one.overageLimitBytes === other.overageLimitBytes &&
    one.policy === other.policy &&
    one.enforcement === other.enforcement
  );
}

/** The state of a use: warning from 80 % of the quota, exceeded above it, critical above the limit in force. */
export function quotaState(usedBytes: number, limits: Limits): QuotaState {
  if (limits.enforcement === 'off') return 'ok';
  if (usedBytes > limits.hardLimitBytes) return 'critical';
  if (usedBytes > limits.quotaBytes) return 'exceeded';
  return usedBytes >= limits.quotaBytes * WARNING_RATIO ? 'warning' : 'ok';
}

/** Bytes above the limit in force that eviction in the background is to take; 0 where nothing evicts. */
export function excessBytes(usedBytes: number, limits: Limits): number {
  if (limits.policy === 'reject' || (limits.enforcement !== 'soft' && limits.enforcement !== 'hard')) return 0;
  return Math.max(0, usedBytes - limits.hardLimitBytes);
}

function whole(name: string, value: number, min: number): void {
  if (!Number.isSafeInteger(value) || value < min) {
    throw fail('OPTION_INVALID', { given: `${name}: ${value}`, allowed: `a whole number of bytes >= ${min}` });
  }
}

function oneOf(name: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value)) {
    throw fail('OPTION_INVALID', { given: `${name}: ${value}`, allowed: allowed.join(', ') });
  }
}
