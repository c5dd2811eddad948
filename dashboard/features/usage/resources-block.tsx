import 'server-only';
import { Unplug } from 'lucide-react';
import type { SearchParams } from 'nuqs/server';
import { Empty } from '@/components/ui/empty';
import { SectionHead } from '@/components/ui/page-head';
import { AdminApiDown } from '@/data/admin-api';
import type { ResourceReading } from '@/data/resources';
import { Block } from '@/features/live/block';
import { ChartSkeleton } from '@/features/live/skeletons';
import { asksForAllResources, resourcesHref } from './resources-search';
import { ResourcesTable } from './resources-table';

/** Ten rows with their head. */
const HEIGHT_PX = 440;

interface ResourcesProps {
  readonly read: () => Promise<ResourceReading>;
  /** Of the page, and of the file. */
  readonly path: string;
  readonly csv: string;
  readonly query: string;
  readonly searchParams: Promise<SearchParams>;
}

/** Usage by resource as a block of a tenant's page. */
export function ResourcesBlock(props: ResourcesProps) {
  return (
    <Block name="Usage by resource" skeleton={<ChartSkeleton height={HEIGHT_PX} label="Usage by resource: loading" />}>
      <Loaded {...props} />
    </Block>
  );
}

async function Loaded({ read, path, csv, query, searchParams }: ResourcesProps) {
  const all = await asksForAllResources(searchParams);
  const reading = await read().catch((error: unknown) => {
    if (error instanceof AdminApiDown) return undefined;
    throw error;
  });
  if (reading === undefined) {
    return (
      <section id="resources">
        <SectionHead title="Usage by resource" />
        <Empty icon={Unplug} title="The API does not answer">
          Requests are still counted; only the list of resources is missing. Try again in a moment.
        </Empty>
      </section>
    );
  }
  const hrefs = {
    csv: `${csv}${query}`,
    all: resourcesHref(path, query, true),
    top: resourcesHref(path, query, false),
  };
  return <ResourcesTable reading={reading} all={all} hrefs={hrefs} />;
}
