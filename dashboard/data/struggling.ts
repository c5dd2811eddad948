import 'server-only';
import { fromBetter, grown } from './activity';
import { refuses } from './attention-rank';
import { rowsOf } from './history';
import { prometheus } from './prometheus';
import { most, SHARED_LABEL } from './promql';
import type { Enforcement, Policy } from './quota-schema';
import type { TimeRange } from './range';
import type { FleetViewer } from './viewer';

export interface Struggling {
  /** Ids of those whose writes are refused, most first; the first `MOST_REFUSING` of them. */
  readonly refusing: readonly string[];
  /** Ids of those that evict most for space. */
  readonly evicting: readonly string[];
  readonly evictingInAll: number;
}

/** As many as are looked at for what their policy is. */
const MOST_REFUSING = 200;

interface Found {
  readonly rejecting: readonly string[];
  readonly evicting: readonly string[];
  readonly evictingInAll: number;
}

/** Who lost entries or writes in the range. */
export async function readStruggling(viewer: FleetViewer, range: TimeRange, count: number): Promise<Struggling> {
  const postgres = () => fromPostgres(viewer, range, count);
  const { rejecting, evicting, evictingInAll } = await fromBetter<Found>(viewer, range, {
    prometheus: async () => {
      const { shared, ...labelled } = await fromPrometheus(range, count);
      return shared ? together(labelled, await postgres()) : labelled;
    },
    postgres,
  });
  return { refusing: await thatRefuse(viewer, rejecting), evicting, evictingInAll };
}

/** `shared`: some of those that have no label of their own are among them. */
async function fromPrometheus(range: TimeRange, count: number): Promise<Found & { readonly shared: boolean }> {
  const evicts = `${grown('evictions', range)} >= 1`;
  const ask = (query: string) => prometheus().query(query, range.toMs);
  const [rejecting, evicting, inAll, sharedOf] = await Promise.all([
    ask(most(MOST_REFUSING, `${grown('rejections', range)} >= 1`)),
    ask(most(count, evicts)),
    ask(`count(${evicts})`),
    ask(`${grown('evictions', range, [SHARED_LABEL])} >= 1`),
  ]);
  const labels = (series: typeof rejecting) => series.map(({ labels: { tenant = '' } }) => tenant);
  const named = (series: typeof rejecting) => labels(series).filter((tenant) => tenant !== SHARED_LABEL);
  const sharedEvicts = sharedOf.length > 0;
  return {
    rejecting: named(rejecting),
    evicting: named(evicting),
    evictingInAll: (inAll[0]?.points[0]?.[1] ?? 0) - (sharedEvicts ? 1 : 0),
    shared: sharedEvicts || labels(rejecting).includes(SHARED_LABEL),
  };
}

/** Who has no label of its own is known by its samples alone, which are some minutes behind. */
function together(labelled: Found, sampled: Found): Found {
  const all = (name: 'rejecting' | 'evicting') => [...new Set([...labelled[name], ...sampled[name]])];
  const evicting = all('evicting');
  const evictingInAll = Math.max(labelled.evictingInAll, sampled.evictingInAll, evicting.length);
  return { rejecting: all('rejecting'), evicting, evictingInAll };
}

function fromPostgres(viewer: FleetViewer, { fromMs, toMs }: TimeRange, count: number): Promise<Found> {
  return rowsOf(viewer, async (tx) => {
    const [found] = await tx.$queryRaw<Found[]>`
      WITH summed AS MATERIALIZED (
        SELECT tenant_id, sum(evictions) AS evictions, sum(rejections) AS rejections FROM tenant_cache_samples
         WHERE bucket_start >= ${new Date(fromMs)} AND bucket_start < ${new Date(toMs)} GROUP BY tenant_id
      )
      SELECT ARRAY(SELECT tenant_id FROM summed WHERE rejections >= 1
                    ORDER BY rejections DESC, tenant_id LIMIT ${MOST_REFUSING}) AS rejecting,
             ARRAY(SELECT tenant_id FROM summed WHERE evictions >= 1
                    ORDER BY evictions DESC, tenant_id LIMIT ${count}) AS evicting,
             (SELECT count(*)::float8 FROM summed WHERE evictions >= 1) AS "evictingInAll"`;
    return found ?? { rejecting: [], evicting: [], evictingInAll: 0 };
  });
}

async function thatRefuse(viewer: FleetViewer, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await rowsOf(
    viewer,
    (tx) => tx.$queryRaw<{ tenantId: string; policy: Policy; enforcement: Enforcement }[]>`
      SELECT t.tenant_id AS "tenantId", COALESCE(q.policy, p.policy) AS policy, COALESCE(q.enforcement, p.enforcement) AS enforcement
        FROM tenants t JOIN plans p ON p.name = t.plan LEFT JOIN tenant_cache_quotas q ON q.tenant_id = t.tenant_id
       WHERE t.tenant_id = ANY(${[...ids]}::text[])`,
  );
  const refusing = new Set(rows.filter((row) => refuses(row, { rejections: 1 })).map(({ tenantId }) => tenantId));
  return ids.filter((id) => refusing.has(id));
}
