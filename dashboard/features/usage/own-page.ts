import 'server-only';
import { notFound } from 'next/navigation';
import type { SearchParams } from 'nuqs/server';
import { type OwnUsage, readOwnUsage } from '@/data/own-usage';
import { ownQuotaChanges } from '@/data/quota-changes';
import type { TimeRange } from '@/data/range';
import { readOwnSeries } from '@/data/readings';
import { requireTenantViewer, type TenantViewer } from '@/data/viewer';
import { loadRangeParams, rangeOf, rangeQuery } from '@/features/range/search-params';
import type { TenantFeed } from '@/features/tenant/blocks';
import { TENANT_CHARTS } from '@/features/tenant/series';

interface OwnPage {
  readonly viewer: TenantViewer;
  readonly usage: OwnUsage;
  readonly range: TimeRange;
  readonly feed: TenantFeed;
}

/** The reader's own tenant in the range of the URL: the session says which it is, so no path names one. */
export async function ownPage(searchParams: Promise<SearchParams>): Promise<OwnPage> {
  const viewer = await requireTenantViewer();
  const usage = await readOwnUsage(viewer);
  if (!usage) notFound();
  const chosen = await loadRangeParams(searchParams);
  const range = rangeOf(chosen);
  const feed: TenantFeed = {
    base: '/api/usage',
    query: rangeQuery(chosen),
    voice: 'tenant',
    read: (chart) => readOwnSeries(viewer, TENANT_CHARTS[chart], range),
    events: ownQuotaChanges(viewer, range).catch(() => []),
  };
  return { viewer, usage, range, feed };
}
