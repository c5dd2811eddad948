import 'server-only';
import { z } from 'zod';
import { AdminApiProblem, adminApi } from './admin-api';
import { type ChangeResult, change } from './change';
import type { FleetViewer } from './viewer';
import { WARMING_JOB, WARMING_RUN, type WarmingJob, type WarmingRun, type WarmingState } from './warming-schema';

/** A job with its run under way, or else its last one. */
export interface JobNow extends WarmingJob {
  /** Undefined where none is known: runs are kept for 30 days. */
  readonly lastRun: WarmingRun | undefined;
}

export interface JobsReading {
  readonly readAtMs: number;
  /** Undefined where the API has no warming. */
  readonly jobs: readonly JobNow[] | undefined;
}

export interface RunsReading {
  readonly readAtMs: number;
  readonly items: readonly WarmingRun[];
  readonly total: number;
}

export interface RunReading {
  readonly readAtMs: number;
  readonly run: WarmingRun;
}

interface RunsQuery {
  readonly job: string;
  readonly state: WarmingState | '';
  readonly page: number;
  readonly pageSize: number;
}

const RUNS = z.object({ items: z.array(WARMING_RUN), total: z.number() });
/** Each job costs one question for its last run; those beyond are listed without. */
const MOST_LAST_RUNS = 20;

/** The jobs that the process which answers defines, each with its newest run. */
export async function readJobs(viewer: FleetViewer): Promise<JobsReading> {
  const readAtMs = Date.now();
  const found = await orUndefined(
    adminApi(viewer, '/warming/jobs', { schema: z.object({ items: z.array(WARMING_JOB) }) }),
  );
  const jobs = found && (await Promise.all(found.items.map((job, index) => withLastRun(viewer, job, index))));
  return { readAtMs, jobs };
}

async function withLastRun(viewer: FleetViewer, job: WarmingJob, index: number): Promise<JobNow> {
  if (index >= MOST_LAST_RUNS) return { ...job, lastRun: undefined };
  const query = { job: job.name, state: '', page: 1, pageSize: 1 } as const;
  return { ...job, lastRun: (await readRuns(viewer, query)).items[0] };
}

/** One page of runs, newest first. */
export async function readRuns(viewer: FleetViewer, { job, state, page, pageSize }: RunsQuery): Promise<RunsReading> {
  const readAtMs = Date.now();
  const query = { job, state, page, pageSize };
  const found = await orUndefined(adminApi(viewer, '/warming/runs', { schema: RUNS, query }));
  return { readAtMs, ...(found ?? { items: [], total: 0 }) };
}

/** Undefined where there is no such run. */
export async function readRun(viewer: FleetViewer, runId: string): Promise<RunReading | undefined> {
  const readAtMs = Date.now();
  const run = await orUndefined(
    adminApi(viewer, `/warming/runs/${encodeURIComponent(runId)}`, { schema: WARMING_RUN }),
  );
  return run && { readAtMs, run };
}

/** Admins and operators. The run is not waited for. */
export function startWarming(viewer: FleetViewer, job: string, reason: string): Promise<ChangeResult<WarmingRun>> {
  const body = { job, reason };
  return change(() => adminApi(viewer, '/warming/runs', { schema: WARMING_RUN, method: 'POST', body }));
}

/** Admins and operators. The process that has the run hears of it within about a second. */
export function cancelWarming(viewer: FleetViewer, runId: string, reason: string): Promise<ChangeResult<WarmingRun>> {
  const path = `/warming/runs/${encodeURIComponent(runId)}/cancel`;
  return change(() => adminApi(viewer, path, { schema: WARMING_RUN, method: 'POST', body: { reason } }));
}

async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AdminApiProblem && error.status === 404) return undefined;
    throw error;
  }
}
