import { z } from 'zod';

export const POLICIES = ['lru', 'lfu', 'ttl', 'hybrid', 'reject'] as const;
export type Policy = (typeof POLICIES)[number];

export const ENFORCEMENTS = ['off', 'observe', 'soft', 'hard'] as const;
export type Enforcement = (typeof ENFORCEMENTS)[number];

export const QUOTA_STATES = ['ok', 'warning', 'exceeded', 'critical'] as const;
export type QuotaState = (typeof QUOTA_STATES)[number];

/** A quota as the admin API shows it. `version` is its ETag. */
export const QUOTA = z.object({
  tenantId: z.string(),
  quotaMb: z.number(),
  overageAllowed: z.boolean(),
  overageLimitMb: z.number(),
  policy: z.enum(POLICIES),
  enforcement: z.enum(ENFORCEMENTS),
  quotaBytes: z.number(),
  hardLimitBytes: z.number(),
  version: z.number(),
  changedAt: z.string(),
});
export type Quota = z.infer<typeof QUOTA>;

const MIB = 1_048_576;

/** The quota as people set it, with what follows from it: bytes, and the limit in force. */
export function quotaOf(set: Omit<Quota, 'quotaBytes' | 'hardLimitBytes'>): Quota {
  const { quotaMb, overageAllowed, overageLimitMb } = set;
  const hardLimitMb = overageAllowed ? quotaMb + overageLimitMb : quotaMb;
  return { ...set, quotaBytes: quotaMb * MIB, hardLimitBytes: hardLimitMb * MIB };
}

/** As the server decides it: warning from 80 % of the quota, exceeded above it, critical above the limit in force. */
export function quotaState(
  usedBytes: number,
  quota: Pick<Quota, 'quotaBytes' | 'hardLimitBytes' | 'enforcement'>,
): QuotaState {
  if (quota.enforcement === 'off') return 'ok';
  if (usedBytes > quota.hardLimitBytes) return 'critical';
  if (usedBytes > quota.quotaBytes) return 'exceeded';
  return usedBytes >= quota.quotaBytes * 0.8 ? 'warning' : 'ok';
}

/** True where the new limit is in force and below the present use: entries are evicted or writes refused. */
export function losesSomething({ usedBytes, after }: { usedBytes: number; after: Quota }): boolean {
  return usedBytes > after.hardLimitBytes && (after.enforcement === 'hard' || after.enforcement === 'soft');
}

/** What is to be different. Absent means as it is. */
export const QUOTA_CHANGE = z.strictObject({
  quotaMb: z.int().exactOptional(),
  overageAllowed: z.boolean().exactOptional(),
  overageLimitMb: z.int().exactOptional(),
  policy: z.enum(POLICIES).exactOptional(),
  enforcement: z.enum(ENFORCEMENTS).exactOptional(),
});
export type QuotaChange = z.infer<typeof QUOTA_CHANGE>;
