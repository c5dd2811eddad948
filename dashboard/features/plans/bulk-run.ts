import type { ChangeResult } from '@/data/change';
import type { ChangedPage } from '@/data/plan-schema';

/** How far a change of many tenants is. */
export interface BulkRun {
  readonly state: 'running' | 'stopped' | 'failed' | 'done';
  /** The last tenant of the pages that were answered; undefined before the first. */
  readonly after: string | undefined;
  readonly pages: number;
  readonly changed: number;
  /** The answer to a page was lost, which may have changed tenants that are not counted. */
  readonly atLeast: boolean;
  readonly failure: string | undefined;
}

export const NOT_BEGUN: BulkRun = {
  state: 'running',
  after: undefined,
  pages: 0,
  changed: 0,
  atLeast: false,
  failure: undefined,
};

interface Steps {
  readonly change: (after: string | undefined) => Promise<ChangeResult<ChangedPage>>;
  readonly onStep: (run: BulkRun) => void;
  /** Asked before each page. */
  readonly stopped: () => boolean;
}

/**
 * Changes page after page from where `from` is, until the last one, a failure or a stop. What it ends with is where to go
 * on from: a page that failed is asked for again, pages that were answered are not.
 */
export async function runBulk(from: BulkRun, { change, onStep, stopped }: Steps): Promise<BulkRun> {
  let run: BulkRun = { ...from, state: 'running', failure: undefined };
  onStep(run);
  while (run.state === 'running') {
    run = stopped() ? { ...run, state: 'stopped' } : after(run, await change(run.after).catch(() => LOST));
    onStep(run);
  }
  return run;
}

function after(run: BulkRun, result: ChangeResult<ChangedPage>): BulkRun {
  if (result.outcome === 'refused') return { ...run, state: 'failed', atLeast: true, failure: result.message };
  if (result.outcome === 'invalid') {
    const failure = result.errors.map(({ field, message }) => `${field} ${message}`).join(', ');
    return { ...run, state: 'failed', failure: `The API refuses this: ${failure}.` };
  }
  const { changed, next } = result.value;
  return {
    ...run,
    state: next === undefined ? 'done' : 'running',
    after: next ?? run.after,
    pages: run.pages + 1,
    changed: run.changed + changed,
  };
}

const LOST = {
  outcome: 'refused',
  message: 'The dashboard did not answer, so it is not known whether the last tenants were changed.',
} as const;
