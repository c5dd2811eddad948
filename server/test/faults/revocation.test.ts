import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { UserPermissions } from '../../src/index.js';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';
import { until } from '../fakes/redis-process.js';
import { testRedisUrl } from '../fakes/redis-url.js';
import { type WorkerProcess, type WorkerProgram, workerProgram } from '../fakes/worker-process.js';
import { AnswerRuns, hadIt, latenessOf, lookedAfter, type Revoked } from './answer-runs.js';
import type { GrantHistory, WorkerArgument } from './revocation-worker.js';
import { type Fault, TcpFaultProxy } from './tcp-fault-proxy.js';

const REVOCATIONS = Number(process.env.REVOCATIONS ?? 1_000);
const FAULTS = Number(process.env.REVOCATION_FAULTS ?? 4);
const PROCESSES = 4;
const USERS = 16;
/** Spec, D5. */
const BOUND_MS = 1_000;
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

describe('four processes that decide while a fifth revokes', () => {
  let program: WorkerProgram;
  let database: Redis;
  let proxies: TcpFaultProxy[];
  let workers: WorkerProcess[];

  beforeAll(async () => {
    program = await workerProgram(new URL('./revocation-worker.ts', import.meta.url));
    database = new Redis(testRedisUrl());
  }, 60_000);

  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.kill()));
    await Promise.all(proxies.map((proxy) => proxy.close()));
    await closeRedisCaches();
  });

  afterAll(async () => {
    program.remove();
    await database.quit();
  });

  async function begin(loadMs: number) {
    const tenant = `revoked-${randomUUID()}`;
    const source = `test:permissions:${tenant}`;
    const users = Array.from({ length: USERS }, (_, n) => `user-${n}`);
    proxies = await Promise.all(
      Array.from({ length: PROCESSES }, () => TcpFaultProxy.open(testRedisUrl(), 'tenantcache:subscriber')),
    );
    const told = proxies.map((_, n) => `${source}:told:${n}`);
    workers = proxies.map((proxy, n) => {
      const to = { url: `redis://127.0.0.1:${proxy.port}`, sourceUrl: testRedisUrl(), source, told: told[n] as string };
      return program.start({ ...to, tenant, users, loadMs } satisfies WorkerArgument);
    });
    await Promise.all(workers.map((worker) => worker.answer()));
    const cache = redisCache();
    const of = cache.authorization({ load: async () => null }).for(cache.forTenant(tenant));
    const grant = async (user: string) => {
      await database.hset(source, user, 'allow');
      await of.revokeUser(user);
      return nowMs();
    };
    const isTold = async (user: string, what: 'allow' | 'deny') =>
      (await Promise.all(told.map((by) => database.hget(by, user)))).every((is) => is === what);
    /** So that each process has something to forget. */
    const known = (user: string) => until(() => isTold(user, 'allow'));
    /** All of them deny it, or the bound is long over. */
    const forgotten = async (user: string) => {
      const endMs = nowMs() + BOUND_MS + 300;
      await until(async () => (await isTold(user, 'deny')) || nowMs() > endMs);
    };
    const revoke = async (user: string, way: number) => {
      await database.hset(source, user, 'deny');
      await taken(of, user, way);
    };
    await Promise.all(users.map(grant));
    await Promise.all(workers.map((worker) => worker.ask('start')));
    const end = async () => {
      const histories = await Promise.all(workers.map((worker) => worker.ask<GrantHistory>('stop')));
      await database.del(source, ...told);
      const sum = (of: (history: GrantHistory) => number) => histories.reduce((total, each) => total + of(each), 0);
      const figures = {
        decisions: sum(({ decisions }) => decisions),
        loads: sum(({ loads }) => loads),
        l1Hits: sum(({ l1Hits }) => l1Hits),
      };
      return { processes: histories.map(({ runs }) => runs), figures };
    };
    return { users, grant, known, revoke, forgotten, end };
  }

  /** What the processes' own records say of the revocations, in pairs of both. */
  function judged(revoked: readonly Revoked[], processes: readonly GrantHistory['runs'][]) {
    const pairs = revoked.flatMap((each) => {
      const runsOf = processes.map((runs) => runs.filter(({ user }) => user === each.user));
      return runsOf.map((runs) => ({
        late: latenessOf(each, runs),
        had: hadIt(each, runs),
        looked: lookedAfter(BOUND_MS, each, runs),
        isLong: each.untilMs - each.fromMs > BOUND_MS,
      }));
    });
    const share = (of: readonly boolean[]) => of.filter(Boolean).length / of.length;
    return {
      late: pairs.map(({ late }) => late),
      /** Of the revocations, those that took something from a process. */
      hadShare: share(pairs.map(({ had }) => had)),
      /** Of those that lasted past the bound, those that a process asked about past it. */
      lookedShare: share(pairs.filter(({ isLong }) => isLong).map(({ looked }) => looked)),
    };
  }

  it(`grants nothing later than ${BOUND_MS} ms after ${REVOCATIONS} revocations resolved`, async () => {
    const { users, grant, known, revoke, forgotten, end } = await begin(15);
    const revoked: Revoked[] = [];
    let left = REVOCATIONS;
    const turns = async (user: string) => {
      let grantedMs = nowMs();
      while (left-- > 0) {
        const way = left;
        await known(user);
        await delay(Math.random() * 60);
        await revoke(user, way);
        const fromMs = nowMs();
        // Every tenth long enough to see what is beyond the bound.
        await (way % 10 === 0 ? delay(BOUND_MS + 300) : forgotten(user));
        revoked.push({ user, grantedMs, fromMs, untilMs: nowMs() });
        grantedMs = await grant(user);
      }
    };
    await Promise.all(users.map(turns));
    const { processes, figures } = await end();
    const { late, ...shares } = judged(revoked, processes);
    report({ revocations: revoked.length, ...figures, ...shares, late });
    expect(revoked).toHaveLength(REVOCATIONS);
    expect(Math.max(...late)).toBeLessThan(BOUND_MS);
    // Otherwise nothing was shown: there was nothing to forget, nobody asked, or memory did not answer.
    expect(shares.hadShare).toBeGreaterThan(0.5);
    expect(shares.lookedShare).toBeGreaterThan(0.25);
    expect(figures.l1Hits).toBeGreaterThan(figures.decisions / 10);
  }, 300_000);

  it(`holds the bound where a process's subscriber falls silent, ${FAULTS} times each`, async () => {
    const { users, grant, known, revoke, end } = await begin(30);
    const revoked: Revoked[] = [];
    let running = true;
    const turns = async (user: string, way: number) => {
      let grantedMs = nowMs();
      while (running) {
        await known(user);
        await delay(Math.random() * 500);
        await revoke(user, way);
        const fromMs = nowMs();
        await delay(BOUND_MS + 300);
        revoked.push({ user, grantedMs, fromMs, untilMs: nowMs() });
        grantedMs = await grant(user);
      }
    };
    const work = Promise.all(users.map(turns));
    const cutOne = async (proxy: TcpFaultProxy) => {
      for (let n = 0; n < FAULTS; n++) {
        const fault = (['stall', 'refuse', 'stall', 'cut'] as const)[n % 4] as Fault;
        await delay(500 + Math.random() * 500);
        proxy.set(fault);
        // Short and long of the time that the heartbeat needs to notice.
        await delay(n % 4 === 0 ? 1_500 : 4_000);
        proxy.set('pass');
        await until(() => proxy.standing === 1);
      }
    };
    await Promise.all(proxies.map(cutOne));
    running = false;
    await work;
    const { processes, figures } = await end();
    const { late, ...shares } = judged(revoked, processes);
    report({ revocations: revoked.length, ...figures, ...shares, late });
    expect(Math.max(...late)).toBeLessThan(BOUND_MS);
    expect(shares.lookedShare).toBeGreaterThan(0.25);
    // Some were missed, or nothing was shown.
    expect(Math.max(...late)).toBeGreaterThan(50);
  }, 300_000);
});

describe('what is judged of the answers of a process', () => {
  const revoked: Revoked = { user: 'u', grantedMs: 0, fromMs: 1_000, untilMs: 2_300 };
  /** Calls that were granted, by when they began and ended. */
  const runsOf = (...calls: readonly [beganMs: number, endedMs: number][]) => {
    const runs = new AnswerRuns();
    for (const [beganMs, endedMs] of calls) runs.add('u', true, beganMs, endedMs);
    return runs.all;
  };
  const each = (fromMs: number, toMs: number): [number, number][] =>
    Array.from({ length: (toMs - fromMs) / 10 }, (_, n) => [fromMs + n * 10, fromMs + n * 10 + 1]);

  it.each([
    ['granted past the bound', each(900, 2_310), 1_200],
    ['granted past the bound, and on into the next grant', each(900, 2_600), 1_200],
    ['one grant alone past the bound', [[2_200, 2_290]] as [number, number][], 1_200],
    ['granted until short of the bound', each(900, 1_500), 490],
    ['away from before the bound until after the next grant', [...each(900, 1_500), ...each(2_400, 2_600)], 490],
    [
      'away in the midst of a call until after the next grant',
      [...each(900, 1_500), [1_500, 2_400] as [number, number]],
      490,
    ],
    [
      'away in the midst of a call that was granted in time',
      [[1_500, 2_290], ...each(2_310, 2_400)] as [number, number][],
      500,
    ],
    ['granted after the next grant only', each(2_310, 2_600), 0],
  ])('%s', (_, calls, lateMs) => {
    expect(latenessOf(revoked, runsOf(...calls))).toBeGreaterThanOrEqual(lateMs - 10);
    expect(latenessOf(revoked, runsOf(...calls))).toBeLessThanOrEqual(lateMs + 100);
  });
});

function taken(of: UserPermissions, user: string, way: number): Promise<void> {
  if (way % 3 === 0) return of.revokeUser(user);
  return way % 3 === 1 ? of.roleChanged(`role-of-${user}`) : of.teamChanged(`team-of-${user}`);
}

function report({ late, ...figures }: { late: number[]; revocations: number }): void {
  const sorted = late.toSorted((a, b) => a - b);
  const at = (share: number) => Number((sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1));
  process.stdout.write(`${JSON.stringify({ ...figures, lateP50Ms: at(0.5), lateP99Ms: at(0.99), latestMs: at(1) })}\n`);
}
