import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { fail } from '../../../src/core/errors.js';
import type { WarmingRun, WarmOutcome } from '../../../src/core/warming.js';
import { MemoryData } from '../../../src/testing/memory-data.js';
import { MemoryUpkeep } from '../../../src/testing/memory-upkeep.js';
import { MemoryWarmingRuns } from '../../../src/testing/memory-warming-runs.js';
import { gate } from '../../fakes/memory-cache.js';
import { job, LOADED, process, source, target, targets } from './warming-fakes.js';

const pick = (run: WarmingRun | undefined) => {
  const { state, total, done, failed, skipped, bytes, code, resumed } = run as WarmingRun;
  return { state, total, done, failed, skipped, bytes, code, resumed };
};

describe('a run', () => {
  it('warms what its sources list, each target once, and counts what came of it', async () => {
    const { warmer, events } = process();
    const asked: string[] = [];
    const come = (outcome: WarmOutcome) => (id: string) =>
      target(id, () => {
        asked.push(id);
        return outcome;
      });
    async function* listed() {
      yield* ['a', 'b', 'b'].map(come(LOADED));
    }
    const lists = [
      source(listed),
      source(async () => ['b', 'c'].map(come({ kind: 'fresh' }))),
      source(['d', 'a'].map(come({ kind: 'no-room' }))),
    ];
    warmer.define(job(lists));
    const run = await warmer.start('market', 'ann@example.com');
    expect([run.state, run.trigger, run.startedBy]).toEqual(['running', 'demand', 'ann@example.com']);
    await warmer.idle();
    expect(asked).toEqual(['a', 'b', 'c', 'd']);
    const ended = { state: 'done', total: 4, done: 2, failed: 0, skipped: 2, bytes: 200, code: null, resumed: 0 };
    expect(pick(await warmer.run(run.id))).toEqual(ended);
    expect(events.map(({ type }) => type)).toEqual(['warming-began', 'warming-targets', 'warming-ended']);
    expect(events[1]).toEqual({
      type: 'warming-targets',
      job: 'market',
      loaded: 2,
      fresh: 1,
      noRoom: 1,
      failed: 0,
      bytes: 200,
    });
    expect(events[2]).toMatchObject({ state: 'done', total: 4, done: 2, skipped: 2, bytes: 200 });
  });

  it('goes on after targets that fail, which are told by code alone, once each', async () => {
    const { warmer, lines } = process();
    const list = targets(20, (n) => {
      if (n % 2) throw n % 4 === 1 ? new Error('the key of somebody') : fail('EXCHANGE_UNAVAILABLE');
      return LOADED;
    });
    warmer.define(job([source(list)]));
    const { id } = await warmer.start('market');
    await warmer.idle();
    expect(pick(await warmer.run(id))).toMatchObject({ state: 'done', done: 10, failed: 10 });
    expect(lines).toEqual([
      'a target of a warm-up failed {"job":"market","code":"UNKNOWN"}',
      'a target of a warm-up failed {"job":"market","code":"EXCHANGE_UNAVAILABLE"}',
    ]);
  });

  it('warms what the other sources list where one fails, and then ends as failed', async () => {
    const { warmer, lines } = process();
    async function* broken() {
      yield target('first', () => LOADED);
      throw fail('EXCHANGE_UNAVAILABLE');
    }
    warmer.define(job([source(broken, 'movers'), source([target('second', () => LOADED)])]));
    const { id } = await warmer.start('market');
    await warmer.idle();
    const ended = { state: 'failed', code: 'EXCHANGE_UNAVAILABLE', total: 2, done: 2 };
    expect(pick(await warmer.run(id))).toMatchObject(ended);
    expect(lines).toEqual([
      'a source of a warm-up could not be listed {"job":"market","source":"movers","code":"EXCHANGE_UNAVAILABLE"}',
    ]);
  });

  it('has no more targets under way than its concurrency, and lists no more than its most', async () => {
    const { warmer } = process();
    let underway = 0;
    let most = 0;
    const list = targets(1_000, async () => {
      most = Math.max(most, ++underway);
      await new Promise(setImmediate);
      underway--;
      return LOADED;
    });
    warmer.define(job([source(list)], { concurrency: 7, maxTargets: 60 }));
    const { id } = await warmer.start('market');
    await warmer.idle();
    expect([most, (await warmer.run(id))?.total]).toEqual([7, 60]);
  });

  it('begins no more in a second than its rate, and does not count what is fresh', async () => {
    const { warmer } = process();
    const begunAtMs: number[] = [];
    const list = targets(400, (n) => {
      if (n % 10) return { kind: 'fresh' };
      begunAtMs.push(performance.now());
      return LOADED;
    });
    warmer.define(job([source(list)], { perSecond: 100 }));
    await warmer.start('market');
    await warmer.idle();
    expect(begunAtMs).toHaveLength(40);
    // Each load waits for a token of its own, which takes 10 ms; what is fresh would have taken ten times as long.
    for (const [n, atMs] of begunAtMs.entries()) {
      if (n >= 10) expect(atMs - (begunAtMs[n - 10] as number)).toBeGreaterThan(85);
    }
  });

  it('is cancelled by another process within its next progress, and gives up what is under way by its signal', async () => {
    const runs = new MemoryWarmingRuns();
    const [one, other] = [process({ runs }), process({ runs })];
    const aborted: string[] = [];
    const list = targets(100, (n, signal) => {
      if (n < 3) return LOADED;
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted.push(`t${n}`);
          reject(signal.reason);
        });
      });
    });
    one.warmer.define(job([source(list)], { concurrency: 2 }));
    const { id } = await one.warmer.start('market');
    while ((await runs.get(id))?.done !== 3) await delay(1);
    await other.warmer.cancel(id);
    await one.warmer.idle();
    expect(aborted).toEqual(['t3', 't4']);
    expect(pick(await runs.get(id))).toMatchObject({ state: 'cancelled', done: 3, failed: 0, total: 100 });
    await expect(other.warmer.cancel(id)).rejects.toMatchObject({ code: 'WARMING_NOT_FOUND' });
    await expect(other.warmer.cancel(randomUUID())).rejects.toMatchObject({ code: 'WARMING_NOT_FOUND' });
  });

  it('is cancelled although its source, or a target, never ends', async () => {
    const { warmer } = process();
    const never = () => new Promise<never>(() => {});
    warmer.define(job([source(never)], { name: 'listing' }));
    warmer.define(job([source(targets(3, never))], { name: 'loading' }));
    for (const name of ['listing', 'loading']) {
      const { id } = await warmer.start(name);
      await delay(10);
      await warmer.cancel(id);
      await warmer.idle();
      expect((await warmer.run(id))?.state).toBe('cancelled');
    }
  });

  it('is left with its process, and gone on with by another, which counts nothing twice', async () => {
    let laterMs = 0;
    const runs = new MemoryWarmingRuns(() => Date.now() + laterMs);
    const [dead, heir] = [process({ runs }), process({ runs })];
    const cached = new Set<string>();
    let loads = 0;
    const { promise: stuck } = gate();
    const list = (stopAt: number) =>
      targets(50, async (n) => {
        if (n >= stopAt) await stuck;
        if (cached.has(`t${n}`)) return { kind: 'fresh' };
        loads++;
        cached.add(`t${n}`);
        return LOADED;
      });
    dead.warmer.define(job([source(list(20))]));
    heir.warmer.define(job([source(list(50))]));
    const { id } = await dead.warmer.start('market');
    while ((await runs.get(id))?.done !== 20) await delay(1);
    await dead.warmer.close();
    expect((await runs.get(id))?.state).toBe('running');
    await heir.warmer.look();
    expect(heir.events).toEqual([]);
    laterMs = 30_001;
    await heir.warmer.look();
    await heir.warmer.idle();
    expect(pick(await runs.get(id))).toEqual({
      state: 'done',
      total: 50,
      done: 50,
      failed: 0,
      skipped: 0,
      bytes: 5_000,
      code: null,
      resumed: 1,
    });
    expect(loads).toBe(50);
    expect(dead.events.at(-1)).toMatchObject({ type: 'warming-ended', state: 'left' });
  });

  it('stops in a process that comes back after another went on with it', async () => {
    let laterMs = 0;
    const runs = new MemoryWarmingRuns(() => Date.now() + laterMs);
    const [slow, heir] = [process({ runs, times: { progressEveryMs: 300 } }), process({ runs })];
    const { promise, release } = gate<WarmOutcome>();
    slow.warmer.define(job([source(targets(10, () => promise))]));
    heir.warmer.define(job([source(targets(10, () => LOADED))]));
    const { id } = await slow.warmer.start('market');
    laterMs = 30_001;
    await heir.warmer.look();
    await heir.warmer.idle();
    expect(pick(await runs.get(id))).toMatchObject({ state: 'done', done: 10, resumed: 1 });
    await slow.warmer.idle();
    release(LOADED);
    expect(slow.events.at(-1)).toMatchObject({ type: 'warming-ended', state: 'deposed' });
    expect(pick(await runs.get(id))).toMatchObject({ state: 'done', done: 10, resumed: 1 });
  });

  it('outlives a store of runs that is away', async () => {
    const runs = new MemoryWarmingRuns();
    let away = false;
    const progress = runs.progress.bind(runs);
    runs.progress = async (...all) => {
      if (away) throw fail('DIRECTORY_UNAVAILABLE');
      return progress(...all);
    };
    const { warmer } = process({ runs });
    warmer.define(
      job([
        source(
          targets(30, async (n) => {
            away = n < 25;
            await delay(2);
            return LOADED;
          }),
        ),
      ]),
    );
    const { id } = await warmer.start('market');
    await warmer.idle();
    expect(pick(await runs.get(id))).toMatchObject({ state: 'done', done: 30 });
  });
});

describe('of several processes', () => {
  it('one begins a job', async () => {
    const runs = new MemoryWarmingRuns();
    const all = Array.from({ length: 4 }, () => process({ runs }));
    const { promise, release } = gate<WarmOutcome>();
    for (const { warmer } of all) warmer.define(job([source(targets(3, () => promise))]));
    const begun = await Promise.allSettled(all.map(({ warmer }) => warmer.start('market')));
    expect(begun.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = begun.filter((one) => one.status === 'rejected').map(({ reason }) => reason.code);
    expect(refused).toEqual(Array(3).fill('WARMING_RUNNING'));
    release(LOADED);
    await Promise.all(all.map(({ warmer }) => warmer.idle()));
  });

  it.each([
    ['see the same runs', () => ({ runs: new MemoryWarmingRuns() })],
    [
      'keep runs in their own memory',
      () => {
        const upkeep = new MemoryUpkeep(new MemoryData());
        return { leadership: (name: string) => upkeep.leadership(name) };
      },
    ],
  ])('that start together and %s one warms, however short that is', async (_, shared) => {
    const deps = shared();
    const all = Array.from({ length: 4 }, () => process(deps));
    let loads = 0;
    for (const { warmer } of all) {
      const list = targets(3, () => {
        loads++;
        return LOADED;
      });
      warmer.define(job([source(list)], { atStart: true }));
    }
    while (loads < 3) await delay(1);
    await delay(50);
    expect(loads).toBe(3);
    const late = process(deps);
    late.warmer.define(job([source(targets(3, () => LOADED))], { atStart: true }));
    await delay(50);
    expect(late.events).toEqual([]);
  });

  it('one has each time of a schedule, also where the second comes after the first has ended', async () => {
    const runs = new MemoryWarmingRuns();
    const all = Array.from({ length: 2 }, () => process({ runs }));
    for (const { warmer } of all) warmer.define(job([source(targets(1, () => LOADED))], { schedule: '* * * * * *' }));
    const found = async () => (await runs.list({ job: 'market', page: 1, pageSize: 100 })).items;
    while ((await found()).length < 3) await delay(20);
    await Promise.all(all.map(({ warmer }) => warmer.close()));
    const seconds = (await found()).map(({ startedAtMs }) => Math.floor(startedAtMs / 1_000));
    expect(new Set(seconds).size).toBe(seconds.length);
    expect((await found()).every(({ trigger }) => trigger === 'schedule')).toBe(true);
  });
});

describe('a run at the start', () => {
  it('waits for the cache to be ready, and nobody waits for it', async () => {
    const { promise, release } = gate();
    const { warmer, events } = process({ ready: () => promise });
    warmer.define(job([source(targets(1, () => LOADED))], { atStart: true }));
    await delay(20);
    expect(events).toEqual([]);
    release();
    while (events.length < 3) await delay(1);
    expect(events[0]).toMatchObject({ type: 'warming-began', trigger: 'start' });
  });

  it('is tried again where runs could not be kept, and not where one has begun', async () => {
    const runs = new MemoryWarmingRuns();
    const begin = runs.begin.bind(runs);
    let away = true;
    runs.begin = async (run) => {
      if (away) throw fail('DIRECTORY_UNAVAILABLE');
      return begin(run);
    };
    const { warmer, events, lines } = process({ runs });
    warmer.define(job([source(targets(1, () => LOADED))], { atStart: true }));
    while (lines.length === 0) await delay(1);
    expect(lines).toEqual(['a warm-up could not be begun {"job":"market","code":"DIRECTORY_UNAVAILABLE"}']);
    away = false;
    await warmer.look();
    while (events.length < 3) await delay(1);
    await warmer.look();
    await delay(20);
    expect((await warmer.runs({ page: 1, pageSize: 10 })).total).toBe(1);
  });
});

describe('a job', () => {
  it('is listed with its schedule and its next time', () => {
    const { warmer } = process();
    warmer.define(job([source([])], { name: 'a', schedule: '0 3 * * *', atStart: true }));
    warmer.define(job([source([])], { name: 'b' }));
    const [a, b] = warmer.jobs();
    expect(a).toMatchObject({ name: 'a', schedule: '0 3 * * *', atStart: true });
    expect(new Date(a?.nextAtMs ?? 0).toISOString()).toMatch(/T03:00:00.000Z$/);
    expect(b).toEqual({ name: 'b', schedule: null, nextAtMs: null, atStart: false });
    return warmer.close();
  });

  it.each([
    ['a name off the grammar', { name: 'Market' }],
    ['an unknown option', { every: '5m' }],
    ['no source', { sources: [] }],
    ['a source that lists nothing', { sources: [{ name: 'x' }] }],
    ['a schedule that is none', { schedule: 'hourly' }],
    ['a schedule that is a date', { schedule: '2030-01-01T00:00:00' }],
    ['a concurrency off its range', { concurrency: 65 }],
    ['a rate off its range', { perSecond: 0 }],
    ['too many targets', { maxTargets: 1e9 }],
  ])('with %s is refused', (_, wrong) => {
    const { warmer } = process();
    const define = () => warmer.define({ ...job([source([])]), ...wrong } as Parameters<typeof warmer.define>[0]);
    expect(define).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
    expect(warmer.jobs()).toEqual([]);
  });

  it('is defined once, begun where it is defined, and not once the cache is closed', async () => {
    const { warmer } = process();
    warmer.define(job([source([])]));
    expect(() => warmer.define(job([source([])]))).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
    await expect(warmer.start('market', 'x'.repeat(201))).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(warmer.start('another')).rejects.toMatchObject({ code: 'WARMING_NOT_FOUND' });
    await warmer.close();
    await expect(warmer.start('market')).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
    expect(() => warmer.define(job([source([])], { name: 'b' }))).toThrow(
      expect.objectContaining({ code: 'CACHE_CLOSED' }),
    );
  });
});
