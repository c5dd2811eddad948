/** The orders of the leaders' table. */
export const TOP_BY = ['bytes', 'misses', 'evictions', 'growth'] as const;
export type TopBy = (typeof TOP_BY)[number];

export const TOP_ROWS = 8;

export interface Measured {
  readonly usedBytes: number | undefined;
  /** Undefined where the use at the start of the range is not known: that is no growth, and no shrinking either. */
  readonly growthBytes: number | undefined;
  readonly misses: number;
  readonly evictions: number;
}

export function measure(tenant: Measured, by: TopBy): number {
  if (by === 'bytes') return tenant.usedBytes ?? 0;
  return by === 'growth' ? (tenant.growthBytes ?? 0) : tenant[by];
}

/** The greatest first; who has nothing of it is no leader. */
export function leadersBy<Tenant extends Measured>(tenants: readonly Tenant[], by: TopBy): Tenant[] {
  return tenants
    .filter((tenant) => measure(tenant, by) > 0)
    .sort((a, b) => measure(b, by) - measure(a, by))
    .slice(0, TOP_ROWS);
}
