import 'server-only';
import { prometheus } from './prometheus';
import { PrometheusError } from './prometheus-client';
import { ofTenants, quotaShare } from './promql';
import type { FleetViewer } from './viewer';

const LOOKBACK_MS = 24 * 3_600_000;
const STEP_MS = 5 * 60_000;

/**
 * Since when each tenant's use has stayed at or above its share of the quota, as far as the last 24 hours tell, to 5 minutes:
 * the moments looked at are the same at every reading, so that the answer does not move.
 */
export async function readOverSince(
  _viewer: FleetViewer,
  shares: ReadonlyMap<string, number>,
): Promise<Map<string, { atMs: number; earlier: boolean }>> {
  const since = new Map<string, { atMs: number; earlier: boolean }>();
  if (shares.size === 0) return since;
  try {
    const endMs = Date.now();
    const startMs = Math.ceil((endMs - LOOKBACK_MS) / STEP_MS) * STEP_MS;
    const query = quotaShare(STEP_MS, ofTenants([...shares.keys()]));
    for (const { labels, points } of await prometheus().queryRange(query, startMs, endMs, STEP_MS)) {
      const tenantId = labels.tenant ?? '';
      const below = points.findLastIndex(([, share]) => share < (shares.get(tenantId) ?? 0));
      const first = points[below + 1];
      const earlier = below === -1 && first !== undefined && first[0] <= startMs + STEP_MS;
      // A streak as old as the records began at some time that nobody wrote down.
      if (first && (below >= 0 || earlier)) since.set(tenantId, { atMs: first[0], earlier });
    }
  } catch (error) {
    if (!(error instanceof PrometheusError)) throw error;
  }
  return since;
}
