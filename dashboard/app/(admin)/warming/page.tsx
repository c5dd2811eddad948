import type { Metadata } from 'next';
import { PageHead } from '@/components/ui/page-head';
import { Skeleton, SkeletonRows } from '@/components/ui/skeleton';
import { requireFleetViewer } from '@/data/viewer';
import { readJobs, readRuns } from '@/data/warming';
import { RUNS_PAGE_SIZE } from '@/data/warming-schema';
import { whileUp } from '@/data/while-up';
import { ApiDown } from '@/features/live/api-down';
import { Block } from '@/features/live/block';
import { LiveProvider } from '@/features/live/live';
import { LiveSwitch } from '@/features/live/live-switch';
import { StaleNote } from '@/features/live/stale-note';
import { PageFrame } from '@/features/navigation/page-frame';
import { JobsView } from '@/features/warming/jobs-view';
import { RunsView } from '@/features/warming/runs-view';
import { warmingHref, warmingSearch } from '@/features/warming/warming-search';
import { cancelRun, startRun } from './actions';

export const metadata: Metadata = { title: 'Warming' };

export default async function WarmingPage({ searchParams }: PageProps<'/warming'>) {
  const viewer = await requireFleetViewer();
  const search = await warmingSearch(searchParams);
  const actions = viewer.role === 'viewer' ? undefined : { start: startRun, cancel: cancelRun };
  const reading = whileUp(readJobs(viewer));

  const blocks = {
    jobs: async () => {
      const jobs = await reading;
      if (jobs.up) return <JobsView path="/api/warming/jobs" first={jobs.value} actions={actions} />;
      return (
        <>
          <PageHead title="Warming" />
          <ApiDown why={jobs.why}>
            Jobs and their runs are known to it alone. Values go on being loaded when they are asked for.
          </ApiDown>
        </>
      );
    },
    runs: async () => {
      const jobs = await reading;
      if (!jobs.up || jobs.value.jobs === undefined) return null;
      const runs = await whileUp(readRuns(viewer, { ...search, pageSize: RUNS_PAGE_SIZE }));
      if (!runs.up) return null;
      const names = jobs.value.jobs.map(({ name }) => name);
      return (
        <RunsView path={warmingHref(search, '/api/warming/runs')} first={runs.value} search={search} jobs={names} />
      );
    },
  };

  return (
    <LiveProvider fixed={false}>
      <PageFrame crumbs={[{ label: 'Warming' }]} tools={<LiveSwitch fixed={false} />}>
        <Block name="The warm-ups" skeleton={<JobsSkeleton />}>
          <blocks.jobs />
        </Block>
        <StaleNote />
        <Block name="The runs" skeleton={<SkeletonRows rows={10} label="Runs: loading" />}>
          <blocks.runs />
        </Block>
      </PageFrame>
    </LiveProvider>
  );
}

function JobsSkeleton() {
  return (
    <>
      <PageHead title="Warming">
        <Skeleton className="my-1 h-3.5 w-80" />
      </PageHead>
      <SkeletonRows rows={5} label="Warm-ups: loading" />
    </>
  );
}
