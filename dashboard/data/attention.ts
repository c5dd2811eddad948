import 'server-only';
import { readActivity } from './activity';
import { countStates, rankTroubled, type StateCounts, type Troubled } from './attention-rank';
import { readFleet } from './fleet';
import { readOverSince } from './over-since';
import { stepFor } from './range';
import type { FleetViewer } from './viewer';

/** What happens now is judged by the last ten minutes, whatever range the charts show. */
export const RECENT_MS = 10 * 60_000;
const MOST_ROWS = 4;
const WARNING_SHARE = 0.8;

export interface AttentionRow extends Troubled {
  /** `earlier`: it was so already 24 hours ago. */
  readonly since: { readonly atMs: number; readonly earlier: boolean } | undefined;
}

export interface Attention {
  readonly counts: StateCounts;
  /** Worst first, at most four. */
  readonly rows: readonly AttentionRow[];
  readonly readAtMs: number;
}

export async function readAttention(viewer: FleetViewer): Promise<Attention> {
  const toMs = Date.now();
  const range = { fromMs: toMs - RECENT_MS, toMs, stepMs: stepFor(RECENT_MS), preset: undefined };
  const [{ tenants, readAtMs }, activity] = await Promise.all([readFleet(viewer), readActivity(viewer, range)]);
  const recent = new Map(activity.map((row) => [row.tenantId, row]));
  const worst = rankTroubled(tenants, recent).slice(0, MOST_ROWS);
  const shares = new Map(worst.map(({ tenantId, state }) => [tenantId, state === 'warning' ? WARNING_SHARE : 1]));
  const since = await readOverSince(viewer, shares);
  return {
    counts: countStates(tenants, recent),
    rows: worst.map((tenant) => ({ ...tenant, since: since.get(tenant.tenantId) })),
    readAtMs,
  };
}
