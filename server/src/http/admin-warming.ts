import { fail } from '../core/errors.js';
import type { Warming, WarmingRun } from '../core/warming.js';
import type { AdminDeps } from './admin-routes.js';
import { isId, reasonBody } from './alert-schemas.js';
import { type AdminApiRoute, adminRoute } from './api-route.js';
import {
  newWarmingRunBody,
  warmingJobsAnswer,
  warmingRunAnswer,
  warmingRunsAnswer,
  warmingRunsQuery,
} from './warming-answers.js';

const TAG = 'Warming';

/** What is loaded before somebody asks: which jobs there are, their runs, and how one is begun or cancelled. */
export function warmingRoutes({ warming, directory }: AdminDeps): AdminApiRoute[] {
  if (!warming) return [];
  return [
    adminRoute({
      method: 'get',
      path: '/warming/jobs',
      operationId: 'listWarmingJobs',
      tag: TAG,
      summary: 'Jobs that warm the cache, as the process that answers defines them',
      scope: 'warming:read',
      answers: { 200: { description: 'All of them', body: warmingJobsAnswer } },
      async handle({ res }) {
        res.json({ items: warming.jobs().map(({ nextAtMs, ...job }) => ({ ...job, nextAt: isoOf(nextAtMs) })) });
      },
    }),
    adminRoute({
      method: 'get',
      path: '/warming/runs',
      operationId: 'listWarmingRuns',
      tag: TAG,
      summary: 'Runs of warm-ups, for 30 days',
      scope: 'warming:read',
      query: warmingRunsQuery,
      answers: { 200: { description: 'Newest first', body: warmingRunsAnswer } },
      async handle({ res, query: { job, state, ...page } }) {
        const found = await warming.runs({ ...page, ...(job && { job }), ...(state && { state }) });
        res.json({ ...found, items: found.items.map(viewOf) });
      },
    }),
    adminRoute({
      method: 'get',
      path: '/warming/runs/:runId',
      operationId: 'getWarmingRun',
      tag: TAG,
      summary: 'How far a run is, or what it came to',
      scope: 'warming:read',
      answers: { 200: { description: 'The run', body: warmingRunAnswer } },
      problems: ['WARMING_NOT_FOUND'],
      async handle({ req, res }) {
        res.json(viewOf(await runOf(warming, req.params.runId)));
      },
    }),
    adminRoute({
      method: 'post',
      path: '/warming/runs',
      operationId: 'startWarming',
      tag: TAG,
      summary: 'Begins a run of a job, and does not wait for it',
      description: 'The attempt is audited before it is made, with the action `warming` and no tenant.',
      scope: 'warming:write',
      body: newWarmingRunBody,
      answers: { 202: { description: 'The run; `Location` is where it is', body: warmingRunAnswer, location: true } },
      problems: ['WARMING_NOT_FOUND', 'WARMING_RUNNING', 'STORE_UNAVAILABLE'],
      async handle({ req, res, actor, body: { job, reason } }) {
        if (!warming.jobs().some(({ name }) => name === job)) throw fail('WARMING_NOT_FOUND');
        await directory.recordDeed(null, { action: 'warming', after: { began: job }, reason }, actor);
        const run = await warming.start(job, actor.id);
        res.status(202).set('Location', `${req.baseUrl}/warming/runs/${run.id}`).json(viewOf(run));
      },
    }),
    adminRoute({
      method: 'post',
      path: '/warming/runs/:runId/cancel',
      operationId: 'cancelWarming',
      tag: TAG,
      summary: 'Ends a run: the process that has it gives up what is under way within about a second',
      scope: 'warming:write',
      body: reasonBody,
      answers: { 202: { description: 'The run, which is about to end', body: warmingRunAnswer } },
      problems: ['WARMING_NOT_FOUND'],
      async handle({ req, res, actor, body: { reason } }) {
        const { id, job, state } = await runOf(warming, req.params.runId);
        if (state !== 'running') throw fail('WARMING_NOT_FOUND', { given: 'a run that has ended' });
        await directory.recordDeed(null, { action: 'warming', after: { cancelled: job, run: id }, reason }, actor);
        await warming.cancel(id);
        res.status(202).json(viewOf(await runOf(warming, id)));
      },
    }),
  ];
}

async function runOf(warming: Warming, id: unknown): Promise<WarmingRun> {
  const run = isId(id) ? await warming.run(id) : undefined;
  if (!run) throw fail('WARMING_NOT_FOUND');
  return run;
}

function viewOf({ startedAtMs, updatedAtMs, endedAtMs, ...run }: WarmingRun) {
  const { state, total, done, failed, skipped } = run;
  const targets = done + failed + skipped;
  const seconds = ((endedAtMs ?? updatedAtMs) - startedAtMs) / 1_000;
  const perSecond = targets > 0 && seconds > 0 ? targets / seconds : null;
  const left = state === 'running' && total !== null && perSecond !== null ? Math.max(0, total - targets) : null;
  return {
    ...run,
    perSecond,
    secondsLeft: left === null || perSecond === null ? null : Math.round(left / perSecond),
    startedAt: isoOf(startedAtMs),
    updatedAt: isoOf(updatedAtMs),
    endedAt: isoOf(endedAtMs),
  };
}

function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
