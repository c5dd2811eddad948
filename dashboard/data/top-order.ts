/** The orders of the leaders' table. */
export const TOP_BY = ['bytes', 'misses', 'evictions'] as const;
export type TopBy = (typeof TOP_BY)[number];

export const TOP_ROWS = 8;

export interface Measured {
  readonly usedBytes: number | undefined;
  readonly misses: number;
  readonly evictions: number;
}

export function measure(tenant: Measured, by: TopBy): number {
  return by === 'bytes' ? (tenant.usedBytes ?? 0) : tenant[by];
}

export function leadersBy<Tenant extends Measured>(tenants: readonly Tenant[], by: TopBy): Tenant[] {
  return [...tenants].sort((a, b) => measure(b, by) - measure(a, by)).slice(0, TOP_ROWS);
}
