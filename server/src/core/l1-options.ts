import { type Duration, durationMs } from './duration.js';
import { assertOptionNames, invalidOption } from './options.js';

/** Who leaves a tenant's L1 first; those that gained nothing on recorded traces are in docs/adr/0003-l1-policies.md. */
export const L1_POLICIES = ['lru', 'hybrid'] as const;
export type L1Policy = (typeof L1_POLICIES)[number];

export interface L1Options {
  /** Default 10 MiB, in estimated heap bytes. */
  maxBytesPerTenant?: number;
  /** For all tenants of this process together. Default 256 MiB. */
  maxBytesTotal?: number;
  /** Larger values are read from L2, in estimated heap bytes. Default a tenth of `maxBytesPerTenant`. */
  maxEntryBytes?: number;
  /** The longest that an entry is served without a look at L2. Default 30 s, which is also the most. */
  maxTtl?: Duration;
  /** Default `lru`. `hybrid` also weighs how often an entry is used. */
  policy?: L1Policy;
  /** Hands out copies, for callers that change what they are given. Default false: values are shared. */
  clone?: boolean;
  /** Share of this process's memory at which L1 gives half of its own back. 0.5 to 0.95, default 0.85. */
  pressureAt?: number;
}

export interface ResolvedL1Options {
  readonly maxBytesPerTenant: number;
  readonly maxBytesTotal: number;
  readonly maxEntryBytes: number;
  readonly maxTtlMs: number;
  readonly policy: L1Policy;
  readonly clone: boolean;
  readonly pressureAt: number;
}

const MIB = 1024 * 1024;
const MAX_TTL_MS = 30_000;
const NAMES = ['maxBytesPerTenant', 'maxBytesTotal', 'maxEntryBytes', 'maxTtl', 'policy', 'clone', 'pressureAt'];

/** @throws TenantCacheError `OPTION_INVALID` */
export function resolveL1Options(where: string, options: L1Options): ResolvedL1Options {
  assertOptionNames(`${where} l1`, options, NAMES);
  const maxTtlMs = durationMs(options.maxTtl ?? MAX_TTL_MS, 'l1.maxTtl', 1);
  if (maxTtlMs > MAX_TTL_MS) throw invalidOption(where, `l1.maxTtl: ${options.maxTtl}`, '1 ms to 30 s');
  const maxBytesPerTenant = bytes(where, 'maxBytesPerTenant', options.maxBytesPerTenant ?? 10 * MIB);
  const { clone = false, pressureAt = 0.85 } = options;
  if (typeof clone !== 'boolean') throw invalidOption(where, `l1.clone: ${typeof clone}`, 'true, false');
  if (!(typeof pressureAt === 'number' && pressureAt >= 0.5 && pressureAt <= 0.95)) {
    throw invalidOption(where, `l1.pressureAt: ${String(pressureAt)}`, 'a number from 0.5 to 0.95');
  }
  return {
    maxBytesPerTenant,
    maxBytesTotal: bytes(where, 'maxBytesTotal', options.maxBytesTotal ?? 256 * MIB),
    maxEntryBytes: bytes(where, 'maxEntryBytes', options.maxEntryBytes ?? Math.ceil(maxBytesPerTenant / 10)),
    maxTtlMs,
    policy: l1Policy(where, 'l1.policy', options.policy ?? 'lru'),
    clone,
    pressureAt,
  };
}

/** @throws TenantCacheError `OPTION_INVALID` */
export function l1Policy(where: string, name: string, value: unknown): L1Policy {
  if (L1_POLICIES.includes(value as L1Policy)) return value as L1Policy;
  throw invalidOption(where, `${name}: ${String(value)}`, L1_POLICIES.join(', '));
}

function bytes(where: string, name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw invalidOption(where, `l1.${name}: ${String(value)}`, 'a whole number of bytes >= 1');
}
