import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { fail } from '../../../src/core/errors.js';
import type { Leadership } from '../../../src/core/upkeep.js';
import type { WarmingRun, WarmOutcome, WarmSource } from '../../../src/core/warming.js';
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
    const { warmer, lines, events } = process();
    const list = targets(20, (n) => {
      if (n % 2) throw n % 4 === 1 ? new Error('the key of somebody') : fail('EXCHANGE_UNAVAILABLE');
      return LOADED;
    });
    warmer.define(job([source(list)]));
    const { id } = await warmer.start('market');
    await warmer.idle();
    expect(pick(await warmer.run(id))).toMatchObject({ state: 'done', done: 10, failed: 10, code: 'UNKNOWN' });
    expect(events.at(-1)).toMatchObject({ type: 'warming-ended', job: 'market', failed: 10, code: 'UNKNOWN' });
    expect(lines).toEqual([
      'a target of a warm-up failed {"job":"market","code":"UNKNOWN"}',
      'a target of a warm-up failed {"job":"market","code":"EXCHANGE_UNAVAILABLE"}',
    ]);
  });

  it('keeps a code that this version has, and no text that somebody wrote in its place', async () => {
    const { warmer, events } = process();
    const list = targets(1, () => {
      throw Object.assign(fail('EXCHANGE_UNAVAILABLE'), { code: 'the key of somebody' });
    });
    warmer.define(job([source(list)]));
    const { id } = await warmer.start('market');
    await warmer.idle();
    expect(pick(await warmer.run(id))).toMatchObject({ state: 'done', failed: 1, code: 'UNKNOWN' });
    expect(events.at(-1)).toMatchObject({ type: 'warming-ended', code: 'UNKNOWN' });
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

  it('begins no more loads in a second than its rate', async () => {
    const { warmer } = process();
    warmer.define(job([source(targets(400, (n) => (n % 10 ? { kind: 'fresh' } : LOADED)))], { perSecond: 100 }));
    const startedMs = performance.now();
    await warmer.start('market');
    await warmer.idle();
    // 40 loads, the first of which goes at once.
    expect(performance.now() - startedMs).toBeGreaterThan(380);
  });

  it('gives up a source that takes too long for its list, tells it so, and warms what is listed all the same', async () => {
    const { warmer, lines } = process();
    const told: unknown[] = [];
    const hangs: WarmSource['targets'] = ({ signal }) => {
      signal.addEventListener('abort', () => told.push(signal.reason.code));
      return new Promise(() => {});
    };
    let late: () => void = () => {};
    async function* stops() {
      yield target('first', () => LOADED);
      await new Promise<void>((resolve) => {
        late = resolve;
      });
      yield target('too late', () => LOADED);
    }
    const lists = [source(hangs, 'hangs'), source(stops, 'stops'), source([target('second', () => LOADED)])];
    warmer.define(job(lists, { listTimeout: 20 }));
    const { id } = await warmer.start('market');
    while (told.length === 0 || (await warmer.run(id))?.total === null) await delay(1);
    late();
    await warmer.idle();
    const ended = { state: 'failed', code: 'LOAD_TIMEOUT', total: 2, done: 2 };
    expect(pick(await warmer.run(id))).toMatchObject(ended);
    expect(told).toEqual(['LOAD_TIMEOUT']);
    expect(lines).toEqual(
      ['hangs', 'stops'].map(
        (name) => `a source of a warm-up could not be listed {"job":"market","source":"${name}","code":"LOAD_TIMEOUT"}`,
      ),
    );
  });

  it('warms at its end what found the shared store away, once more and once it is back', async () => {
    const { warmer } = process({ times: { away: { lookEveryMs: 1 } } });
    const tries = new Map<number, number>();
    let looks = 0;
    const list = targets(40, (n) => {
      tries.set(n, (tries.get(n) ?? 0) + 1);
      if (n === 5) looks++;
      if (n === 39) throw fail('EXCHANGE_UNAVAILABLE');
      if (n >= 5 && n < 30 && looks < 4) throw fail('STORE_UNAVAILABLE');
      if (n === 7) throw fail('STORE_UNAVAILABLE');
      return LOADED;
    });
    warmer.define(job([source(list)], { concurrency: 1 }));
    const { id } = await warmer.start('market');
    await warmer.idle();
    expect(pick(await warmer.run(id))).toMatchObject({ state: 'done', total: 40, done: 38, failed: 2, skipped: 0 });
    expect([tries.get(4), tries.get(5), tries.get(6), tries.get(7), tries.get(39)]).toEqual([1, 4, 2, 2, 1]);
  });

  it('does not wait for ever for the shared store, and is cancelled while it waits', async () => {
    const { warmer } = process({ times: { away: { lookEveryMs: 1, giveUpAfterMs: 20 } } });
    const patient = process();
    const away = targets(10, () => {
      throw fail('STORE_UNAVAILABLE');
    });
    warmer.define(job([source(away)]));
    const { id } = await warmer.start('market');
    await warmer.idle();
    expect(pick(await warmer.run(id))).toMatchObject({ state: 'done', done: 0, failed: 10, code: 'STORE_UNAVAILABLE' });
    patient.warmer.define(job([source(away)]));
    const waiting = await patient.warmer.start('market');
    while ((await patient.warmer.run(waiting.id))?.total !== 10) await delay(1);
    await patient.warmer.cancel(waiting.id);
    await patient.warmer.idle();
    expect(pick(await patient.warmer.run(waiting.id))).toMatchObject({ state: 'cancelled', failed: 0 });
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

  it('one ends as failed, within minutes, what was begun an hour ago and has a job that none defines', async () => {
    let laterMs = 0;
    const runs = new MemoryWarmingRuns(() => Date.now() + laterMs);
    const gone = { id: randomUUID(), job: 'gone', trigger: 'schedule', startedBy: null } as const;
    await runs.begin(gone);
    laterMs = 3_599_000;
    await process({ runs }).warmer.look();
    expect((await runs.get(gone.id))?.state).toBe('running');
    laterMs = 3_601_000;
    await process({ runs }).warmer.look();
    expect(pick(await runs.get(gone.id))).toMatchObject({ state: 'failed', code: 'WARMING_NOT_FOUND' });
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

describe('a time of a schedule', () => {
  /** A store that is away until it is told otherwise; `begun` counts what it was asked to begin. */
  function awayRuns() {
    const runs = new MemoryWarmingRuns();
    const begin = runs.begin.bind(runs);
    const state = { away: true, runs, asked: [] as (number | undefined)[] };
    runs.begin = async (run) => {
      state.asked.push(run.slotMs);
      if (state.away) throw fail('DIRECTORY_UNAVAILABLE');
      return begin(run);
    };
    return state;
  }

  afterEach(() => void jest.useRealTimers());

  it('at which runs could not be kept has its run later, once over all processes, before the next', async () => {
    jest.useFakeTimers({ now: Date.parse('2026-11-24T10:59:59.990Z') });
    const state = awayRuns();
    const all = [process({ runs: state.runs }), process({ runs: state.runs })];
    for (const { warmer } of all) warmer.define(job([source(targets(1, () => LOADED))], { schedule: '0 * * * *' }));
    await jest.advanceTimersByTimeAsync(15_000);
    const slotMs = Date.parse('2026-11-24T11:00:00Z');
    expect(new Set(state.asked)).toEqual(new Set([slotMs]));
    state.away = false;
    await jest.advanceTimersByTimeAsync(30_000);
    await Promise.all(all.map(({ warmer }) => warmer.idle()));
    const { items } = await state.runs.list({ page: 1, pageSize: 9 });
    expect(items).toMatchObject([{ trigger: 'schedule', state: 'done', done: 1 }]);
    const asked = state.asked.length;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(state.asked).toHaveLength(asked);
    await Promise.all(all.map(({ warmer }) => warmer.close()));
  });

  it('is given up for the next', async () => {
    jest.useFakeTimers({ now: Date.parse('2026-11-24T10:59:59.990Z') });
    const state = awayRuns();
    const { warmer } = process({ runs: state.runs });
    warmer.define(job([source(targets(1, () => LOADED))], { schedule: '* * * * *' }));
    await jest.advanceTimersByTimeAsync(65_000);
    state.away = false;
    state.asked.length = 0;
    await jest.advanceTimersByTimeAsync(30_000);
    expect(state.asked).toEqual([Date.parse('2026-11-24T11:01:00Z')]);
    await warmer.close();
  });
});

describe('a process that keeps its runs to itself', () => {
  /** Who leads, as the shared store says it. */
  function seat() {
    let holder: object | undefined;
    const state = { answers: true, resign: () => (holder = undefined) };
    const leadership = (): Leadership => {
      const own = {};
      return {
        lead: async () => {
          if (!state.answers) throw fail('STORE_UNAVAILABLE');
          holder ??= own;
          return holder === own ? 1 : undefined;
        },
        resign: async () => {
          if (holder === own) holder = undefined;
        },
      };
    };
    return { state, leadership };
  }

  const never = () => new Promise<never>(() => {});
  afterEach(() => void jest.useRealTimers());

  it.each([
    ['another has its lead', false, 'WARMING_RUNNING', 3_000],
    ['it has not heard of its lead for longer than that lasts', true, 'STORE_UNAVAILABLE', 10_000],
  ])('ends a run where %s', async (_, silent, code, withinMs) => {
    jest.useFakeTimers();
    const { state, leadership } = seat();
    const [one, other] = [process({ leadership }), process({ leadership })];
    for (const { warmer } of [one, other]) warmer.define(job([source(targets(3, never))]));
    const { id } = await one.warmer.start('market');
    await expect(other.warmer.start('market')).rejects.toMatchObject({ code: 'WARMING_RUNNING' });
    await jest.advanceTimersByTimeAsync(30_000);
    expect((await one.warmer.run(id))?.state).toBe('running');
    if (silent) {
      state.answers = false;
      await expect(other.warmer.start('market')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    } else {
      state.resign();
      await other.warmer.start('market');
    }
    await jest.advanceTimersByTimeAsync(withinMs);
    expect(pick(await one.warmer.run(id))).toMatchObject({ state: 'failed', code, total: 3, done: 0, failed: 0 });
    expect(one.events.at(-1)).toMatchObject({ type: 'warming-ended', state: 'failed', code });
    state.answers = true;
    await jest.advanceTimersByTimeAsync(60_000);
    expect((await one.warmer.runs({ page: 1, pageSize: 9 })).total).toBe(1);
    await Promise.all([one, other].map(({ warmer }) => warmer.close()));
  });

  it('keeps its lead although an answer does not come, and holds nothing once it is given up', async () => {
    jest.useFakeTimers();
    const { state, leadership } = seat();
    const [one, other] = [process({ leadership }), process({ leadership })];
    const { promise, release } = gate<WarmOutcome>();
    for (const { warmer } of [one, other]) warmer.define(job([source(targets(1, () => promise))]));
    const { id } = await one.warmer.start('market');
    for (let n = 0; n < 5; n++) {
      state.answers = false;
      await jest.advanceTimersByTimeAsync(4_000);
      state.answers = true;
      await jest.advanceTimersByTimeAsync(4_000);
    }
    expect((await one.warmer.run(id))?.state).toBe('running');
    release(LOADED);
    await one.warmer.idle();
    await jest.advanceTimersByTimeAsync(10_000);
    expect((await other.warmer.start('market')).state).toBe('running');
    await Promise.all([one, other].map(({ warmer }) => warmer.close()));
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
    ['no time for its lists', { listTimeout: 0 }],
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
