import { z } from 'zod';
import { ENFORCEMENTS, POLICIES, QUOTA } from './quota-schema';

/** A plan as the admin API shows it: what its tenants are given, where they have nothing of their own. */
export const PLAN = z.object({
  name: z.string(),
  quota: z.object({
    quotaMb: z.number(),
    overageAllowed: z.boolean(),
    overageLimitMb: z.number(),
    policy: z.enum(POLICIES),
    enforcement: z.enum(ENFORCEMENTS),
  }),
  /** Whether tenants that are not known are on it. */
  isDefault: z.boolean(),
  tenants: z.number(),
  tenantsWithOwnQuota: z.number(),
});
export type Plan = z.infer<typeof PLAN>;

export const PLANS_PAGE = z.object({ items: z.array(PLAN), total: z.number() });
export type PlansPage = z.infer<typeof PLANS_PAGE>;

/** What a change would do to the tenants that were looked at: those of the plan with the greatest use. */
export const PLAN_PREVIEW = z.object({
  plan: z.string(),
  tenants: z.number(),
  looked: z.number(),
  /** Of those that were looked at, how many would have other settings. */
  changing: z.number(),
  evictBytes: z.number(),
  evictEntries: z.number(),
  /** False: not all were looked at, or of one an estimate. */
  exact: z.boolean(),
  items: z.array(z.object({ tenantId: z.string(), usedBytes: z.number(), evictBytes: z.number() })),
});
export type PlanPreview = z.infer<typeof PLAN_PREVIEW>;

export const PLAN_CHANGE_ANSWER = z.object({
  changed: z.array(QUOTA.pick({ tenantId: true })),
  next: z.string().nullable(),
});

/** One page of a bulk change: how many tenants it changed, and where to go on; undefined after the last one. */
export interface ChangedPage {
  readonly changed: number;
  readonly next: string | undefined;
}
