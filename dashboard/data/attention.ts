import 'server-only';
import { setTimeout as delay } from 'node:timers/promises';
import { readActivity } from './activity';
import { rankTroubled, type StateCounts, type Troubled } from './attention-rank';
import { readFleetTenants, readFullest } from './fleet';
import { fleetStates } from './fleet-states';
import { readOverSince } from './over-since';
import { stepFor } from './range';
import { readStruggling } from './struggling';
import type { FleetViewer } from './viewer';

/** What happens now is judged by the last ten minutes, whatever range the charts show. */
export const RECENT_MS = 10 * 60_000;
const MOST_ROWS = 4;
/** Enough that those whose state changed since the last flush do not crowd out the worst. */
const CANDIDATES = 24;
const WARNING_SHARE = 0.8;
const EXPECTED_WITHIN_MS = 30;

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

/** What a page keeps free until the rows are read. */
export interface ExpectedAttention {
  readonly rows: number;
  /** Whether a line below tells of others. */
  readonly more: boolean;
}

/**
 * By the last flush, which a small fleet answers at once. The page does not wait for a large one, which has as many troubled
 * tenants as are shown, and more.
 */
export async function expectedAttention(viewer: FleetViewer): Promise<ExpectedAttention> {
  const known = fleetStates(viewer).catch(() => undefined);
  const states = await Promise.race([known, delay(EXPECTED_WITHIN_MS, undefined)]);
  const troubled = states ? states.critical + states.exceeded + states.warning : MOST_ROWS + 1;
  return { rows: Math.min(MOST_ROWS, troubled), more: troubled > MOST_ROWS };
}

/** Counts are those of the last flush; the rows are judged anew by what Prometheus knows of the moment. */
export async function readAttention(viewer: FleetViewer): Promise<Attention> {
  const toMs = Date.now();
  const range = { fromMs: toMs - RECENT_MS, toMs, stepMs: stepFor(RECENT_MS), preset: undefined };
  const [states, fullest, struggling] = await Promise.all([
    fleetStates(viewer),
    readFullest(viewer, CANDIDATES),
    readStruggling(viewer, range, CANDIDATES),
  ]);
  const ids = [...new Set([...fullest, ...struggling.refusing, ...struggling.evicting])];
  const [tenants, activity] = await Promise.all([readFleetTenants(viewer, ids), readActivity(viewer, range, ids)]);
  const ranked = rankTroubled(tenants, new Map(activity.rows.map((row) => [row.tenantId, row])));
  const worst = ranked.slice(0, MOST_ROWS);
  const shares = new Map(worst.map(({ tenantId, state }) => [tenantId, state === 'warning' ? WARNING_SHARE : 1]));
  const since = await readOverSince(viewer, shares);
  const now = (states: readonly string[]) => ranked.filter(({ state }) => states.includes(state)).length;
  return {
    counts: {
      tenants: states.tenants,
      // A row that is shown is counted, also where it came to its state after the flush.
      over: Math.max(states.exceeded + states.critical, now(['exceeded', 'critical'])),
      warning: Math.max(states.warning, now(['warning'])),
      refusing: struggling.refusing.length,
      evicting: struggling.evictingInAll,
      unknown: states.unknown,
    },
    rows: worst.map((tenant) => ({ ...tenant, since: since.get(tenant.tenantId) })),
    readAtMs: toMs,
  };
}
