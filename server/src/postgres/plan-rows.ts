import { Prisma, type Tx } from '@tenantcache/database';
import type { PlanRecord } from '../core/directory.js';
import { fail } from '../core/errors.js';
import type { PlanPrices, PricedPlan } from '../core/pricing.js';
import type { Enforcement, EvictionPolicy } from '../core/quota.js';
import type { TenantId } from '../core/tenant-id.js';
import { bytesOf } from './mebibytes.js';

interface PriceRow {
  name: string;
  currency: string;
  base_price: string;
  included_mb_hours: string;
  price_per_mb_hour: string;
  price_per_overage_mb_hour: string;
  included_requests: string;
  price_per_million_requests: string;
  included_gb_served: string;
  price_per_gb_served: string;
}

/** As text: a number of JavaScript would round them. */
const PRICES = Prisma.sql`
  p.name, p.currency, trim_scale(p.base_price)::text AS base_price,
  trim_scale(p.included_mb_hours)::text AS included_mb_hours,
  trim_scale(p.price_per_mb_hour)::text AS price_per_mb_hour,
  trim_scale(p.price_per_overage_mb_hour)::text AS price_per_overage_mb_hour,
  p.included_requests::text AS included_requests,
  trim_scale(p.price_per_million_requests)::text AS price_per_million_requests,
  trim_scale(p.included_gb_served)::text AS included_gb_served,
  trim_scale(p.price_per_gb_served)::text AS price_per_gb_served`;

/** The plan that a tenant has at this moment, with its prices. */
export async function planOf(tx: Tx, tenantId: TenantId): Promise<PricedPlan | undefined> {
  const [row] = await tx.$queryRaw<PriceRow[]>`
    SELECT ${PRICES} FROM tenants t JOIN plans p ON p.name = t.plan WHERE t.tenant_id = ${tenantId}`;
  return row && { name: row.name, currency: row.currency, prices: pricesOf(row) };
}

interface PlanRow extends PriceRow {
  quota_mb: number;
  overage_allowed: boolean;
  overage_limit_mb: number;
  policy: EvictionPolicy;
  enforcement: Enforcement;
  is_default: boolean;
  tenants: number;
  with_own_quota: number;
}

/** By name. */
export async function listPlans(tx: Tx): Promise<readonly PlanRecord[]> {
  const rows = await tx.$queryRaw<PlanRow[]>`
    SELECT ${PRICES}, p.quota_mb, p.overage_allowed, p.overage_limit_mb, p.policy, p.enforcement, p.is_default,
           COALESCE(counted.tenants, 0)::int AS tenants, COALESCE(counted.with_own_quota, 0)::int AS with_own_quota
      FROM plans p
      LEFT JOIN (
        SELECT t.plan, count(*) AS tenants, count(q.tenant_id) AS with_own_quota
          FROM tenants t LEFT JOIN tenant_cache_quotas q ON q.tenant_id = t.tenant_id GROUP BY t.plan
      ) AS counted ON counted.plan = p.name
     ORDER BY p.name`;
  return rows.map((row) => ({
    name: row.name,
    settings: {
      quotaBytes: bytesOf(row.quota_mb),
      overageAllowed: row.overage_allowed,
      overageLimitBytes: bytesOf(row.overage_limit_mb),
      policy: row.policy,
      enforcement: row.enforcement,
    },
    isDefault: row.is_default,
    tenants: row.tenants,
    tenantsWithOwnQuota: row.with_own_quota,
    prices: pricesOf(row),
  }));
}

/** It stays until the transaction ends. @throws TenantCacheError `PLAN_NOT_FOUND` */
export async function assertPlan(tx: Tx, plan: string): Promise<void> {
  const found = await tx.$queryRaw<unknown[]>`SELECT 1 FROM plans WHERE name = ${plan} FOR KEY SHARE`;
  if (found.length === 0) throw fail('PLAN_NOT_FOUND');
}

function pricesOf(row: PriceRow): PlanPrices {
  return {
    basePrice: row.base_price,
    includedMbHours: row.included_mb_hours,
    pricePerMbHour: row.price_per_mb_hour,
    pricePerOverageMbHour: row.price_per_overage_mb_hour,
    includedRequests: row.included_requests,
    pricePerMillionRequests: row.price_per_million_requests,
    includedGbServed: row.included_gb_served,
    pricePerGbServed: row.price_per_gb_served,
  };
}
