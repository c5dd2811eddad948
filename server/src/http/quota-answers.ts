import { z } from 'zod';
import { ENFORCEMENTS, EVICTION_POLICIES, QUOTA_STATES } from '../core/quota.js';
import { anyTenantId, named, time, whole } from './answer-schemas.js';

export const quotaStateAnswer = z.enum(QUOTA_STATES);

export const quotaAnswer = named(
  'Quota',
  z.strictObject({
    tenantId: anyTenantId,
    quotaMb: z.number().meta({ description: 'To six decimals; `quotaBytes` is exact' }),
    overageAllowed: z.boolean(),
    overageLimitMb: z.number(),
    policy: z.enum(EVICTION_POLICIES),
    enforcement: z.enum(ENFORCEMENTS).meta({ description: 'Its own' }),
    effectiveEnforcement: z.enum(ENFORCEMENTS).meta({ description: 'What holds at present' }),
    enforcementDecidedBy: z.enum(['tenant', 'rollout']),
    quotaBytes: whole,
    hardLimitBytes: whole.meta({ description: 'Quota, or quota and overage where that is allowed' }),
    version: whole,
    changedAt: time,
  }),
);

export const previewAnswer = named(
  'QuotaPreview',
  z.strictObject({
    before: quotaAnswer,
    after: quotaAnswer,
    usedBytes: whole,
    entries: whole,
    evictBytes: whole,
    evictEntries: whole,
    exact: z.boolean().meta({ description: 'False: an estimate, of a tenant of very many entries' }),
    stateBefore: quotaStateAnswer,
    stateAfter: quotaStateAnswer,
  }),
);

/** `usage` is null while the shared store does not answer. */
export const tenantAnswer = named(
  'Tenant',
  z.strictObject({
    tenantId: anyTenantId,
    name: z.string(),
    plan: z.string(),
    suspended: z.boolean(),
    version: whole,
    changedAt: time,
    quota: quotaAnswer,
    usage: z
      .strictObject({ usedBytes: whole, entries: whole, state: quotaStateAnswer })
      .nullable()
      .meta({ description: 'Null while the shared store does not answer' }),
  }),
);

export const liveUsageAnswer = named(
  'LiveUsage',
  z.strictObject({
    tenantId: anyTenantId,
    usedBytes: whole,
    entries: whole,
    quotaBytes: whole,
    hardLimitBytes: whole,
    excessBytes: whole.meta({ description: 'Above the limit and being evicted' }),
    state: quotaStateAnswer,
    asOf: time,
  }),
);

export const crossingAnswer = named(
  'Crossing',
  z.strictObject({
    at: time,
    from: quotaStateAnswer,
    to: quotaStateAnswer,
    usedBytes: whole,
    quotaBytes: whole,
    hardLimitBytes: whole,
  }),
);
