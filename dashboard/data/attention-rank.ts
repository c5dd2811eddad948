import type { FleetTenant } from './fleet';

/** What a tenant did in the last minutes, as far as it calls for action. */
export interface Recent {
  readonly requests: number;
  readonly hits: number;
  readonly evictions: number;
  readonly rejections: number;
}

export interface Troubled extends FleetTenant {
  readonly usedBytes: number;
  readonly state: NonNullable<FleetTenant['state']>;
  readonly recent: Recent;
}

const QUIET: Recent = { requests: 0, hits: 0, evictions: 0, rejections: 0 };
const STATE_RANK = { critical: 3, exceeded: 2, warning: 1, ok: 0 } as const;

/** Tenants that need someone to look, worst first: refusing writes, then by state, then by what they lose, then by share. */
export function rankTroubled(tenants: readonly FleetTenant[], recent: ReadonlyMap<string, Recent>): Troubled[] {
  return tenants
    .flatMap((tenant): Troubled[] => {
      const { usedBytes, state, tenantId } = tenant;
      const activity = recent.get(tenantId) ?? QUIET;
      if (usedBytes === undefined || state === undefined) return [];
      if (state === 'ok' && !refuses(tenant, activity)) return [];
      return [{ ...tenant, usedBytes, state, recent: activity }];
    })
    .sort(
      (a, b) =>
        Number(refuses(b, b.recent)) - Number(refuses(a, a.recent)) ||
        STATE_RANK[b.state] - STATE_RANK[a.state] ||
        b.recent.evictions - a.recent.evictions ||
        b.usedBytes / b.quotaBytes - a.usedBytes / a.quotaBytes,
    );
}

/** Under another policy a write is kept out only where it is too large ever to fit: that is the write's trouble, not the quota's. */
export function refuses(
  { policy, enforcement }: Pick<FleetTenant, 'policy' | 'enforcement'>,
  { rejections }: Pick<Recent, 'rejections'>,
) {
  return policy === 'reject' && enforcement !== 'observe' && enforcement !== 'off' && rejections >= 1;
}

/** In the words of the alerts: refused writes are critical, however full the quota is. */
export function severityOf(row: Troubled): Troubled['state'] {
  return refuses(row, row.recent) ? 'critical' : row.state;
}

export interface StateCounts {
  readonly tenants: number;
  /** Above the quota, whether or not above the limit in force. */
  readonly over: number;
  readonly warning: number;
  readonly refusing: number;
  readonly evicting: number;
  /** No flush has told their use yet. */
  readonly unknown: number;
}
