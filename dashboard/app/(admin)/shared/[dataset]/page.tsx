import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Facts } from '@/components/ui/facts';
import { PageHead, PageLead } from '@/components/ui/page-head';
import { QuotaMeter } from '@/components/ui/quota-meter';
import { listSharedEntries, readDataset } from '@/data/shared';
import { DATASET_PATTERN, isPrefix } from '@/data/shared-schema';
import { requireFleetViewer } from '@/data/viewer';
import { whileUp } from '@/data/while-up';
import { ApiDown } from '@/features/live/api-down';
import { PageFrame } from '@/features/navigation/page-frame';
import { datasetFacts, datasetHeading } from '@/features/shared/dataset-facts';
import { EntriesView } from '@/features/shared/entries-view';
import { InvalidateButton } from '@/features/shared/invalidate-button';
import { entriesSearch } from '@/features/shared/shared-search';
import { invalidate } from '../actions';

export async function generateMetadata({ params }: PageProps<'/shared/[dataset]'>): Promise<Metadata> {
  const { dataset } = await params;
  return { title: DATASET_PATTERN.test(dataset) ? `Shared data: ${dataset}` : 'Shared data' };
}

export default async function DatasetPage({ params, searchParams }: PageProps<'/shared/[dataset]'>) {
  const viewer = await requireFleetViewer();
  const { dataset: name } = await params;
  if (!DATASET_PATTERN.test(name)) notFound();
  const search = await entriesSearch(searchParams);
  const asked = search.prefix === '' || isPrefix(search.prefix);
  const answer = await whileUp(readDataset(viewer, name));
  if (answer.up && !answer.value) notFound();
  const dataset = answer.up ? answer.value : undefined;
  const page = dataset && asked ? await whileUp(listSharedEntries(viewer, name, search)) : undefined;
  const action = viewer.role === 'viewer' ? undefined : invalidate;
  const crumbs = [{ label: 'Shared data', href: '/shared' }, { label: name }];

  if (!dataset) {
    return (
      <PageFrame crumbs={crumbs}>
        <PageHead title={`What ${name} holds is not known`} />
        {!answer.up && <ApiDown why={answer.why}>Its entries are known to it alone.</ApiDown>}
      </PageFrame>
    );
  }
  return (
    <PageFrame crumbs={crumbs}>
      <PageHead
        title={datasetHeading(dataset)}
        actions={
          action && (
            <InvalidateButton dataset={name} what={{ all: true }} invalidate={action} entries={dataset.entries} />
          )
        }
      >
        <PageLead>Loaded once for all tenants and paid for by the platform. Values are never shown.</PageLead>
      </PageHead>
      <section
        aria-label="Budget"
        className="grid grid-cols-[minmax(0,1fr)] items-center gap-8 lg:grid-cols-2 lg:gap-x-10"
      >
        {dataset.usedBytes !== null && (
          <QuotaMeter
            usedBytes={dataset.usedBytes}
            quotaBytes={dataset.quotaBytes}
            hardLimitBytes={dataset.quotaBytes}
            quotaName="Budget"
          />
        )}
        <Facts facts={datasetFacts(dataset)} />
      </section>
      <EntriesView dataset={name} search={search} page={page} wrongPrefix={!asked} invalidate={action} />
    </PageFrame>
  );
}
