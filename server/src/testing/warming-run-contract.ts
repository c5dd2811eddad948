import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { type ErrorCode, TenantCacheError } from '../core/errors.js';
import type { NewWarmingRun, WarmingProgress, WarmingRun, WarmingRunStore } from '../core/warming.js';
import type { TestKit } from './test-kit.js';

export interface WarmingRunsUnderTest {
  readonly store: WarmingRunStore;
  /** What a second process has of it. */
  readonly other: WarmingRunStore;
  /** Moves the times of a run that far into the past; others may move with it. */
  readonly age: (id: string, ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

const COUNTS = { total: 10, done: 3, failed: 1, skipped: 2, bytes: 3_000_000_000 };
const SILENT_MS = 30_000;

/** What every store of warm-ups must do. */
export function warmingRunContract(
  { describe, it }: TestKit,
  name: string,
  open: () => Promise<WarmingRunsUnderTest>,
): void {
  const test = (title: string, body: (under: WarmingRunsUnderTest, run: NewWarmingRun) => Promise<void>) =>
    it(title, async () => {
      const under = await open();
      try {
        await body(under, newRun());
      } finally {
        await under.close();
      }
    });

  describe(`WarmingRunStore contract: ${name}`, () => {
    test('begins a run, which every process reads as it was begun', async ({ store, other }, run) => {
      const begun = await store.begin({ ...run, startedBy: 'ann@example.com' });
      const { startedAtMs, updatedAtMs, ...rest } = begun;
      assert.equal(updatedAtMs, startedAtMs);
      assert.ok(Math.abs(Date.now() - startedAtMs) < 3_600_000);
      const counts = { total: null, done: 0, failed: 0, skipped: 0, bytes: 0 };
      const nothing = { endedAtMs: null, resumed: 0, cancelRequested: false, code: null };
      assert.deepEqual(rest, { ...run, startedBy: 'ann@example.com', state: 'running', ...counts, ...nothing });
      assert.deepEqual(await other.get(run.id), begun);
      assert.equal(await other.get(randomUUID()), undefined);
    });

    test('lets one of 32 begin a job that come at once, and one of another job', async ({ store, other }, run) => {
      const wanted = Array.from({ length: 32 }, () => ({ ...run, id: randomUUID() }));
      const begun = await Promise.all(wanted.map((one, n) => refusal((n % 2 ? store : other).begin(one))));
      assert.deepEqual(begun.sort(), [...Array(31).fill('WARMING_RUNNING'), undefined]);
      await store.begin(newRun());
    });

    test('begins the next once a run has ended, but no second one of a slot', async ({ store, other }, run) => {
      const slotMs = Date.parse('2026-11-24T12:00:00Z');
      await store.begin({ ...run, slotMs });
      await store.end(run.id, 0, 'done', COUNTS);
      assert.equal(await refusal(other.begin({ ...run, id: randomUUID(), slotMs })), 'WARMING_RUNNING');
      const next = { ...run, id: randomUUID(), slotMs: slotMs + 60_000 };
      await other.begin(next);
      await other.end(next.id, 0, 'done', COUNTS);
      await store.begin({ ...run, id: randomUUID() });
      await store.begin({ ...newRun(), slotMs });
    });

    test('keeps quiet after a run for as long as it is asked to', async ({ store, other, age }, run) => {
      await store.begin(run);
      await store.end(run.id, 0, 'done', COUNTS);
      const again = () => ({ ...run, id: randomUUID(), quietMs: 60_000 });
      assert.equal(await refusal(other.begin(again())), 'WARMING_RUNNING');
      await age(run.id, 50_000);
      assert.equal(await refusal(other.begin(again())), 'WARMING_RUNNING');
      await age(run.id, 11_000);
      await other.begin(again());
    });

    test('lets one of many that come at once after a run begin, where they keep quiet', async ({
      store,
      other,
    }, run) => {
      const wanted = Array.from({ length: 16 }, () => ({ ...run, id: randomUUID(), quietMs: 60_000 }));
      const one = async (wish: NewWarmingRun, at: WarmingRunStore) => {
        await at.begin(wish);
        // So short a run is over before most of the others ask.
        await at.end(wish.id, 0, 'done', COUNTS);
      };
      const begun = await Promise.all(wanted.map((wish, n) => refusal(one(wish, n % 2 ? store : other))));
      assert.equal(begun.filter((code) => code === undefined).length, 1);
    });

    test('keeps progress, and tells who makes it of a cancel', async ({ store, other }, run) => {
      await store.begin(run);
      assert.deepEqual(await store.progress(run.id, 0, COUNTS), { cancelRequested: false });
      const kept = (await other.get(run.id)) as WarmingRun;
      assert.deepEqual(pick(kept), COUNTS);
      assert.ok(kept.updatedAtMs >= kept.startedAtMs);
      assert.equal(await other.requestCancel(run.id), true);
      assert.equal((await store.get(run.id))?.cancelRequested, true);
      assert.deepEqual(await store.progress(run.id, 0, { ...COUNTS, total: null }), { cancelRequested: true });
      await store.end(run.id, 0, 'cancelled', COUNTS);
      assert.equal(await other.requestCancel(run.id), false);
      assert.equal(await other.requestCancel(randomUUID()), false);
    });

    test('ends a run once, with its counts and code', async ({ store, other }, run) => {
      await store.begin(run);
      await store.end(run.id, 0, 'failed', COUNTS, 'EXCHANGE_UNAVAILABLE');
      await store.end(run.id, 0, 'done', { ...COUNTS, done: 9 });
      assert.equal(await store.progress(run.id, 0, COUNTS), undefined);
      const { endedAtMs, state, code, ...rest } = (await other.get(run.id)) as WarmingRun;
      assert.deepEqual([state, code, pick(rest)], ['failed', 'EXCHANGE_UNAVAILABLE', COUNTS]);
      assert.ok(endedAtMs !== null && endedAtMs >= rest.startedAtMs);
    });

    test('gives a silent run to one of many, and no other run to anybody', async ({ store, other, age }, run) => {
      assert.equal(await store.takeOver(run.job, SILENT_MS), undefined);
      await store.begin(run);
      await store.progress(run.id, 0, COUNTS);
      assert.equal(await other.takeOver(run.job, SILENT_MS), undefined);
      await age(run.id, SILENT_MS + 1);
      const taken = await Promise.all(
        Array.from({ length: 8 }, (_, n) => (n % 2 ? store : other).takeOver(run.job, SILENT_MS)),
      );
      const [mine, ...more] = taken.filter((each) => each !== undefined);
      assert.deepEqual([mine?.resumed, more, mine && pick(mine)], [1, [], COUNTS]);
      await other.end(run.id, 1, 'done', COUNTS);
      await age(run.id, SILENT_MS + 1);
      assert.equal(await store.takeOver(run.job, SILENT_MS), undefined);
    });

    test('does not listen to who lost a run', async ({ store, other, age }, run) => {
      await store.begin(run);
      await age(run.id, SILENT_MS + 1);
      await other.takeOver(run.job, SILENT_MS);
      assert.equal(await store.progress(run.id, 0, { ...COUNTS, done: 9 }), undefined);
      await store.end(run.id, 0, 'failed', COUNTS, 'UNKNOWN');
      assert.deepEqual(await other.progress(run.id, 1, COUNTS), { cancelRequested: false });
      const kept = (await store.get(run.id)) as WarmingRun;
      assert.deepEqual([kept.state, kept.done], ['running', COUNTS.done]);
    });

    test('keeps a run that says something its process’s', async ({ store, other, age }, run) => {
      await store.begin(run);
      await age(run.id, SILENT_MS + 1);
      await store.progress(run.id, 0, COUNTS);
      assert.equal(await other.takeOver(run.job, SILENT_MS), undefined);
    });

    test('ends runs that nobody goes on with for long, as failed, and no other', async ({ store, other, age }, run) => {
      await store.begin(run);
      await age(run.id, 2 * SILENT_MS);
      const heard = newRun();
      await other.begin(heard);
      await store.progress(heard.id, 0, COUNTS);
      assert.ok((await other.abandon(SILENT_MS)) >= 1);
      const { state, code, endedAtMs, updatedAtMs } = (await store.get(run.id)) as WarmingRun;
      assert.deepEqual([state, code, endedAtMs], ['failed', 'WARMING_NOT_FOUND', updatedAtMs]);
      assert.equal((await store.get(heard.id))?.state, 'running');
      assert.equal(await store.progress(run.id, 0, COUNTS), undefined);
      assert.equal(await store.takeOver(run.job, SILENT_MS), undefined);
      await other.begin({ ...run, id: randomUUID() });
    });

    test('lists newest first, by job and state, in pages', async ({ store, age }, run) => {
      const ids: string[] = [];
      for (let n = 0; n < 3; n++) {
        const { id } = await store.begin({ ...run, id: randomUUID() });
        await store.end(id, 0, n === 1 ? 'cancelled' : 'done', COUNTS);
        await age(id, (3 - n) * 1_000);
        ids.unshift(id);
      }
      await store.begin(newRun());
      const { job } = run;
      const found = await store.list({ job, page: 1, pageSize: 2 });
      assert.deepEqual([found.items.map(({ id }) => id), found.total], [ids.slice(0, 2), 3]);
      const rest = await store.list({ job, page: 2, pageSize: 2 });
      assert.deepEqual(rest, { items: rest.items, total: 3, page: 2, pageSize: 2 });
      assert.deepEqual(
        rest.items.map(({ id }) => id),
        ids.slice(2),
      );
      const cancelled = await store.list({ job, state: 'cancelled', page: 1, pageSize: 5 });
      assert.deepEqual(
        cancelled.items.map(({ id }) => id),
        [ids[1]],
      );
    });

    test('forgets runs that ended before, and none under way', async ({ store, age }, run) => {
      await store.begin(run);
      await store.end(run.id, 0, 'done', COUNTS);
      await age(run.id, 10_000);
      const { id: underway } = await store.begin({ ...run, id: randomUUID() });
      await age(underway, 10_000);
      const { endedAtMs } = (await store.get(run.id)) as { endedAtMs: number };
      await store.tidy(endedAtMs);
      assert.equal((await store.get(run.id))?.state, 'done');
      assert.ok((await store.tidy(endedAtMs + 1)) >= 1);
      assert.equal(await store.get(run.id), undefined);
      assert.equal((await store.get(underway))?.state, 'running');
    });
  });
}

function newRun(): NewWarmingRun {
  return { id: randomUUID(), job: `j${randomBytes(8).toString('hex')}`, trigger: 'demand', startedBy: null };
}

function pick({ total, done, failed, skipped, bytes }: WarmingProgress): WarmingProgress {
  return { total, done, failed, skipped, bytes };
}

async function refusal(begun: Promise<unknown>): Promise<ErrorCode | undefined> {
  try {
    await begun;
    return undefined;
  } catch (error) {
    if (error instanceof TenantCacheError) return error.code;
    throw error;
  }
}
