import type { Tx } from '@tenantcache/database';
import type { PricedPlan } from '../core/pricing.js';
import type { TenantId } from '../core/tenant-id.js';

interface PlanRow {
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

/** The plan that a tenant has at this moment, with its prices as text: a number of JavaScript would round them. */
export async function planOf(tx: Tx, tenantId: TenantId): Promise<PricedPlan | undefined> {
  const [row] = await tx.$queryRaw<PlanRow[]>`
    SELECT p.name, p.currency, trim_scale(p.base_price)::text AS base_price,
           trim_scale(p.included_mb_hours)::text AS included_mb_hours,
           trim_scale(p.price_per_mb_hour)::text AS price_per_mb_hour,
           trim_scale(p.price_per_overage_mb_hour)::text AS price_per_overage_mb_hour,
           p.included_requests::text AS included_requests,
           trim_scale(p.price_per_million_requests)::text AS price_per_million_requests,
           trim_scale(p.included_gb_served)::text AS included_gb_served,
           trim_scale(p.price_per_gb_served)::text AS price_per_gb_served
      FROM tenants t JOIN plans p ON p.name = t.plan
     WHERE t.tenant_id = ${tenantId}`;
  if (row === undefined) return undefined;
  return {
    name: row.name,
    currency: row.currency,
    prices: {
      basePrice: row.base_price,
      includedMbHours: row.included_mb_hours,
      pricePerMbHour: row.price_per_mb_hour,
      pricePerOverageMbHour: row.price_per_overage_mb_hour,
      includedRequests: row.included_requests,
      pricePerMillionRequests: row.price_per_million_requests,
      includedGbServed: row.included_gb_served,
      pricePerGbServed: row.price_per_gb_served,
    },
  };
}
