import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { z } from 'zod';
import { PageHead } from '@/components/ui/page-head';
import { requireFleetViewer } from '@/data/viewer';
import { readRun } from '@/data/warming';
import { whileUp } from '@/data/while-up';
import { ApiDown } from '@/features/live/api-down';
import { LiveProvider } from '@/features/live/live';
import { LiveSwitch } from '@/features/live/live-switch';
import { StaleNote } from '@/features/live/stale-note';
import { PageFrame } from '@/features/navigation/page-frame';
import { RunView } from '@/features/warming/run-view';
import { cancelRun, startRun } from '../actions';

export const metadata: Metadata = { title: 'A run of a warm-up' };

export default async function WarmingRunPage({ params }: PageProps<'/warming/[runId]'>) {
  const viewer = await requireFleetViewer();
  const { runId } = await params;
  if (!z.uuid().safeParse(runId).success) notFound();
  const answer = await whileUp(readRun(viewer, runId));
  if (answer.up && !answer.value) notFound();
  const actions = viewer.role === 'viewer' ? undefined : { start: startRun, cancel: cancelRun };
  const run = answer.up ? answer.value : undefined;
  return (
    <LiveProvider fixed={false}>
      <PageFrame
        crumbs={[{ label: 'Warming', href: '/warming' }, { label: run?.run.job ?? 'Run' }]}
        tools={<LiveSwitch fixed={false} />}
      >
        <StaleNote />
        {run && <RunView path={`/api/warming/runs/${runId}`} first={run} actions={actions} />}
        {!answer.up && (
          <>
            <PageHead title="A run of a warm-up" />
            <ApiDown why={answer.why}>The run goes on without this page, if it is under way.</ApiDown>
          </>
        )}
      </PageFrame>
    </LiveProvider>
  );
}
