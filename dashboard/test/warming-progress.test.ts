import { describe, expect, it } from '@jest/globals';
import type { WarmingRun } from '@/data/warming-schema';
import { jobsHeading, lasting, outcomeWords, progress, progressWords, runHeading } from '@/features/warming/progress';
import { warmingHref, warmingSearch } from '@/features/warming/warming-search';

const RUN: WarmingRun = {
  id: '0b6e9d3c-5d0e-4f6e-9a86-0d6c0f5b7a11',
  job: 'movers',
  trigger: 'demand',
  startedBy: 'ops@example.com',
  state: 'running',
  total: 100,
  done: 30,
  failed: 2,
  skipped: 5,
  bytes: 51_232,
  perSecond: 12,
  secondsLeft: 5,
  startedAt: '2026-11-20T14:00:00.000Z',
  updatedAt: '2026-11-20T14:00:03.000Z',
  endedAt: null,
  resumed: 0,
  cancelRequested: false,
  code: null,
};
const of = (more: Partial<WarmingRun>): WarmingRun => ({ ...RUN, ...more });
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('the progress of a warm-up', () => {
  it('counts what was loaded, skipped and failed as done with', () => {
    expect(progress(RUN)).toBe(0.37);
    expect(progressWords(RUN)).toBe('37 of 100');
    expect(outcomeWords(RUN)).toBe('30 loaded, 5 skipped, 2 failed');
  });

  it('is not known while sources are listed, and whole over nothing', () => {
    expect(progress(of({ total: null }))).toBeUndefined();
    expect(progressWords(of({ total: null, done: 0, failed: 0, skipped: 0 }))).toBe('0 so far');
    expect(progress(of({ total: 0, done: 0, failed: 0, skipped: 0 }))).toBe(1);
    expect(outcomeWords(of({ total: 0, done: 0, failed: 0, skipped: 0 }))).toBe('nothing to load');
  });

  it('never passes the whole, should a run count more than it told of', () => {
    expect(progress(of({ total: 30 }))).toBe(1);
  });
});

describe('the heading of a run', () => {
  const ended = { endedAt: '2026-11-20T14:00:04.000Z' };

  it('tells what failed before what was loaded', () => {
    expect(runHeading(of({ ...ended, state: 'done', done: 98 }))).toBe('movers could not load 2 of 100 targets');
    expect(plain(runHeading(of({ ...ended, state: 'done', done: 95, failed: 0 })))).toBe(
      'movers loaded 95 targets in 4.0 s',
    );
    expect(plain(runHeading(of({ ...ended, state: 'done', done: 0, failed: 0, skipped: 100 })))).toBe(
      'movers found all 100 targets fresh, in 4.0 s',
    );
  });

  it('says in words why it failed, or its first target did; of a code without words the code', () => {
    const why = (more: Partial<WarmingRun>) => runHeading(of({ ...ended, ...more }));
    expect(why({ state: 'failed', code: 'EXCHANGE_UNAVAILABLE' })).toBe(
      'movers failed after 37 of 100: the exchange did not answer as it should',
    );
    expect(why({ state: 'done', done: 98, code: 'STORE_UNAVAILABLE' })).toBe(
      'movers could not load 2 of 100 targets: the shared store did not answer',
    );
    expect(why({ state: 'failed', code: 'SOMETHING_NEW' })).toContain('SOMETHING_NEW');
  });

  it('tells a run that is being cancelled from one that was', () => {
    expect(runHeading(of({ cancelRequested: true }))).toBe('movers is being cancelled after 37 of 100');
    expect(runHeading(of({ ...ended, state: 'cancelled' }))).toBe('movers was cancelled after 37 of 100');
  });
});

describe('the heading of all warm-ups', () => {
  const clockOf = (at: string) => at.slice(11, 16);
  const job = (name: string, lastRun?: WarmingRun, nextAt: string | null = null) => ({ name, nextAt, lastRun });
  const fine = of({ state: 'done', failed: 0 });

  it('puts a failure before what was not loaded, and that before what comes next', () => {
    const failed = job('watchlists', of({ state: 'failed', code: 'LOAD_TIMEOUT' }));
    const partly = job('movers', of({ state: 'done' }), '2026-11-20T14:10:00.000Z');
    expect(jobsHeading([partly, failed], clockOf)).toBe(
      'The last run of watchlists failed: a load or a list took too long',
    );
    expect(jobsHeading([partly, job('top', fine)], clockOf)).toBe('movers could not load 2 of 100 targets');
    expect(jobsHeading([partly, { ...partly, name: 'top' }], clockOf)).toBe(
      '2 of 2 warm-ups could not load everything',
    );
  });

  it('names the soonest of what comes next', () => {
    const jobs = [
      job('later', fine, '2026-11-20T14:10:00.000Z'),
      job('sooner', fine, '2026-11-20T14:05:00.000Z'),
      job('never', fine),
    ];
    expect(jobsHeading(jobs, clockOf)).toBe('All 3 warm-ups run as they should; sooner is next at 14:05 UTC');
  });

  it('tells no warm-up from no run yet', () => {
    expect(jobsHeading([], clockOf)).toBe('No warm-up is defined');
    expect(jobsHeading([job('one')], clockOf)).toBe('1 warm-up and no run yet');
  });
});

it('times are told in their two greatest units', () => {
  expect([420, 4_200, 42_000, 125_000, 3_780_000].map(lasting).map(plain)).toEqual([
    '420 ms',
    '4.2 s',
    '42 s',
    '2 min 5 s',
    '1 h 3 min',
  ]);
});

describe('the filters of runs', () => {
  const read = (query: string) => warmingSearch(new URLSearchParams(query));

  it('take no name that is no job’s, no state that is none, and no page out of range', async () => {
    expect(await read('job=%00DROP&state=odd&page=-1')).toEqual({ job: '', state: '', page: 1 });
    expect(await read('job=movers&state=failed&page=1e99')).toEqual({ job: 'movers', state: 'failed', page: 1 });
    expect(await read('page=99999999')).toMatchObject({ page: 10_000 });
  });

  it('stand in links as they are read', async () => {
    const search = await read('job=movers&state=failed&page=3');
    expect(await read(warmingHref(search).split('?')[1] ?? '')).toEqual(search);
    expect(warmingHref({ job: '', state: '', page: 1 })).toBe('/warming');
  });
});
