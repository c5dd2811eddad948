import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { viewAsTenant } from '@/app/view-as-actions';
import { ChartCursor } from '@/charts/cursor-store';
import { HALVES } from '@/components/ui/halves';
import { SectionHead } from '@/components/ui/page-head';
import { moment } from '@/components/ui/times';
import { readTenantAdvice } from '@/data/advice';
import { countQuotaChanges, type QuotaChangeEvent, tenantQuotaChanges } from '@/data/quota-changes';
import { type LastChange, lastQuotaChange } from '@/data/quota-undo';
import { readTenantSeries } from '@/data/readings';
import { tenantResources } from '@/data/resources';
import { TENANT_ID_PATTERN } from '@/data/tenant-grammar';
import { mayViewAs, requireFleetViewer } from '@/data/viewer';
import { AdviceBlock } from '@/features/advice/advice-block';
import { LiveProvider } from '@/features/live/live';
import { StaleNote } from '@/features/live/stale-note';
import { PageFrame } from '@/features/navigation/page-frame';
import { UndoChange } from '@/features/quota/undo-change';
import { RangeTools } from '@/features/range/range-tools';
import { loadRangeParams, rangeOf, rangeQuery } from '@/features/range/search-params';
import { TenantChartBlock, type TenantFeed } from '@/features/tenant/blocks';
import { ChangesList } from '@/features/tenant/changes-list';
import { readTenantNow } from '@/features/tenant/read-tenant-now';
import { TENANT_CHARTS } from '@/features/tenant/series';
import { TenantHead } from '@/features/tenant/tenant-head';
import { TenantQuota } from '@/features/tenant/tenant-quota';
import { ResourcesBlock } from '@/features/usage/resources-block';
import { ViewAsButton } from '@/features/view-as/view-as-button';
import { undoQuota } from './quota/actions';

type Props = PageProps<'/tenants/[tenantId]'>;

/** The heading, the title and the crumb ask for the same tenant. */
const tenantNow = cache(async (tenantId: string) => {
  const viewer = await requireFleetViewer();
  return TENANT_ID_PATTERN.test(tenantId) ? readTenantNow(viewer, tenantId) : undefined;
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const now = await tenantNow((await params).tenantId);
  return { title: now?.tenant.name ?? 'Not found' };
}

export default async function TenantPage({ params, searchParams }: Props) {
  const viewer = await requireFleetViewer();
  const { tenantId } = await params;
  const now = await tenantNow(tenantId);
  if (!now) notFound();
  const chosen = await loadRangeParams(searchParams);
  const range = rangeOf(chosen);
  const base = `/api/tenants/${tenantId}`;
  // Without the audit the charts lack their flags; that is no reason to lack the charts.
  const events = tenantQuotaChanges(viewer, tenantId, range).catch(() => []);
  const changeCount = countQuotaChanges(viewer, tenantId, range).catch(() => 0);
  const canUndo = viewer.role === 'admin' && now.recordedMs === undefined;
  const undoable = canUndo ? lastQuotaChange(viewer, now.tenant.quota).catch(() => undefined) : undefined;
  const feed: TenantFeed = {
    base,
    query: rangeQuery(chosen),
    voice: 'operator',
    read: (chart) => readTenantSeries(viewer, tenantId, TENANT_CHARTS[chart], range),
    events,
  };
  return (
    <LiveProvider fixed={range.preset === undefined}>
      <PageFrame
        crumbs={[{ label: 'Tenants', href: '/tenants' }, { label: now.tenant.name }]}
        tools={<RangeTools compare />}
      >
        <TenantHead
          path={`${base}/now`}
          first={now}
          canEdit={viewer.role === 'admin'}
          actions={
            mayViewAs(viewer.role) && <ViewAsButton name={now.tenant.name} start={viewAsTenant.bind(null, tenantId)} />
          }
        />
        <StaleNote />
        <section
          aria-label="Quota now"
          className="grid grid-cols-[minmax(0,1fr)] items-end gap-5 lg:grid-cols-[minmax(0,1fr)_minmax(0,420px)] lg:gap-10"
        >
          <TenantQuota path={`${base}/now`} first={now} />
          <TenantChartBlock feed={feed} chart="facts" />
        </section>
        <ChartCursor>
          <TenantChartBlock feed={feed} chart="quota-use" />
          <div className={HALVES}>
            <TenantChartBlock feed={feed} chart="hit-rate" />
            <TenantChartBlock feed={feed} chart="evictions" />
            <TenantChartBlock feed={feed} chart="response-time" />
            <TenantChartBlock feed={feed} chart="requests" />
          </div>
        </ChartCursor>
        <ResourcesBlock
          read={() => tenantResources(viewer, tenantId, range)}
          path={`/tenants/${tenantId}`}
          csv={`${base}/resources.csv`}
          query={feed.query}
          searchParams={searchParams}
        />
        <AdviceBlock
          path={`${base}/advice`}
          read={() => readTenantAdvice(viewer, tenantId)}
          voice="operator"
          edit={
            viewer.role === 'admin'
              ? {
                  href: `/tenants/${tenantId}/quota`,
                  overageBytes: now.tenant.quota.hardLimitBytes - now.tenant.quota.quotaBytes,
                }
              : undefined
          }
        />
        <Changes
          name={now.tenant.name}
          tenantId={tenantId}
          events={await events}
          count={await changeCount}
          undoable={await undoable}
        />
      </PageFrame>
    </LiveProvider>
  );
}

interface ChangesProps {
  readonly name: string;
  readonly tenantId: string;
  readonly events: readonly QuotaChangeEvent[];
  /** Of all, where not all are listed. */
  readonly count: number;
  /** The newest change of all, where this reader may take it back. */
  readonly undoable: LastChange | undefined;
}

const TIMES = ['not at all', 'once', 'twice'];

function Changes({ name, tenantId, events, count, undoable }: ChangesProps) {
  const times = Math.max(count, events.length);
  return (
    <section>
      <SectionHead
        title={
          events.length === 0
            ? 'The quota did not change in this range'
            : `The quota changed ${TIMES[times] ?? `${times.toLocaleString('en-US')} times`} in this range`
        }
        aside={
          <Link
            href={`/audit?tenant=${tenantId}`}
            className="block max-w-full truncate text-13 text-brand underline decoration-1 underline-offset-3 sm:max-w-[320px]"
          >
            Audit log of {name}
          </Link>
        }
      >
        {times > events.length && `The newest ${events.length} are listed here and marked in the charts.`}
      </SectionHead>
      <ChangesList
        events={events}
        time={(atMs) => moment(atMs).slice(0, 12)}
        named={false}
        undo={
          undoable && {
            id: undoable.id,
            control: (
              <UndoChange
                key={undoable.version}
                tenantId={tenantId}
                tenantName={name}
                version={undoable.version}
                undo={undoQuota}
              />
            ),
          }
        }
      />
    </section>
  );
}
