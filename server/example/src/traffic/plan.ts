/** A tenant as the admin interface lists it: what the plan needs of it. */
export interface PlannedTenant {
  readonly tenantId: string;
  readonly name: string;
  readonly plan: string;
  readonly quota: {
    readonly quotaBytes: number;
    readonly hardLimitBytes: number;
    readonly policy: string;
    readonly enforcement: string;
  };
}

/**
 * How a tenant behaves. `pressing` asks for more than its limit holds, and so evicts (or, under the policy `reject`, is
 * refused); `over` stays a little above its quota, where it may; `steady` stays between warning and quota; `quiet` uses
 * a part of what it pays for.
 */
export type Role = 'pressing' | 'over' | 'steady' | 'quiet';

export interface TenantPlan {
  readonly tenantId: string;
  readonly name: string;
  readonly role: Role;
  readonly requestsPerSecond: number;
  /** New keys are asked for while the use is below this share of the quota. */
  readonly fillShare: number;
  /** Index of its trace; the traces are dealt out in turn. */
  readonly trace: number;
  /** Where in its trace it starts, 0 to 1, so that no two tenants ask the same at once. */
  readonly offset: number;
}

const FILL_SHARE: Record<Role, number> = { pressing: Number.POSITIVE_INFINITY, over: 1.1, steady: 0.88, quiet: 0.35 };
/** What a pressing tenant asks for in the time in which the others reach their share, in parts of its limit in force. */
const PRESSING_SHARE = 1.2;
/** Share of the rate that all tenants get alike, so that a quiet one is quiet and not silent. */
const EVEN_SHARE = 0.25;

/** Divides `rate` requests a second among the tenants, more to those that have more to fill. */
export function planTraffic(tenants: readonly PlannedTenant[], rate: number): TenantPlan[] {
  const ordered = [...tenants].sort(
    (a, b) => a.quota.quotaBytes - b.quota.quotaBytes || (a.tenantId < b.tenantId ? -1 : 1),
  );
  const turns = new Map<string, number>();
  const planned = ordered.map((tenant) => {
    const role = roleOf(tenant, turns);
    const { quotaBytes, hardLimitBytes } = tenant.quota;
    const bytes = role === 'pressing' ? hardLimitBytes * PRESSING_SHARE : quotaBytes * FILL_SHARE[role];
    return { ...tenant, role, bytes };
  });
  const allBytes = planned.reduce((sum, { bytes }) => sum + bytes, 0);
  return planned.map(({ tenantId, name, role, bytes }, index) => ({
    tenantId,
    name,
    role,
    requestsPerSecond: rate * (EVEN_SHARE / planned.length + ((1 - EVEN_SHARE) * bytes) / allBytes),
    fillShare: FILL_SHARE[role],
    trace: index,
    offset: index / planned.length,
  }));
}

/** Each plan's tenants take turns. Who is refused always presses; who is not held to a quota must not grow without end. */
function roleOf({ plan, quota }: PlannedTenant, turns: Map<string, number>): Role {
  if (quota.enforcement === 'off' || quota.enforcement === 'observe') return 'over';
  if (quota.policy === 'reject') return 'pressing';
  const turn = turns.get(plan) ?? 0;
  turns.set(plan, turn + 1);
  if (turn % 3 === 0) return 'pressing';
  if (turn % 3 === 1) return 'quiet';
  return quota.hardLimitBytes > quota.quotaBytes ? 'over' : 'steady';
}

/** Traffic breathes: up to 35 % more or less than planned, over five minutes, each tenant at a time of its own. */
export function tide(plan: TenantPlan, nowMs: number): number {
  return 1 + 0.35 * Math.sin(2 * Math.PI * (nowMs / 300_000 + plan.offset));
}
