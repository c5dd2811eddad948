import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { entryTarget, type TenantCacheServer, type WarmingRun } from '../../src/index.js';
import { postgresTenants } from '../../src/postgres/index.js';
import type { Warmer } from '../../src/warming/warmer.js';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';
import { testRedisUrl } from '../fakes/redis-url.js';
import { type WorkerProgram, workerProgram } from '../fakes/worker-process.js';
import { createPlannedDatabase, type PlannedDatabase } from './planned-database.js';
import { countedLoads, loadsKey, type WarmingWorkerOptions } from './warming-job.js';

const TARGETS = 60;

let test: PlannedDatabase;
let program: WorkerProgram;
let client: Redis;
beforeAll(async () => {
  test = await createPlannedDatabase(8);
  program = await workerProgram(new URL('./warming-worker.ts', import.meta.url));
  client = new Redis(testRedisUrl());
}, 60_000);
afterEach(closeRedisCaches);
afterAll(async () => {
  program.remove();
  await client.quit();
  await test.drop();
});

function names() {
  const suffix = randomBytes(8).toString('hex');
  return { tenant: `w${suffix}`, job: `j${suffix}` };
}

/** A process of its own, as far as the cache can tell. */
function openCache(): TenantCacheServer {
  return redisCache({ tenants: postgresTenants({ url: test.appUrl, adminUrl: test.adminUrl }) });
}

function define(
  cache: TenantCacheServer,
  { tenant, job }: ReturnType<typeof names>,
  more: object = {},
  stuck?: number,
) {
  const resource = countedLoads(client, job, stuck);
  const handle = cache.forTenant(tenant);
  const targets = Array.from({ length: TARGETS }, (_, n) => entryTarget(handle, resource, String(n)));
  cache.warming.define({ name: job, perSecond: 10_000, sources: [{ name: 'all', targets: () => targets }], ...more });
}

async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (const giveUpAtMs = Date.now() + 60_000; Date.now() < giveUpAtMs; await delay(20)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error('did not come to pass within a minute');
}

const ended = (cache: TenantCacheServer, id: string): Promise<WarmingRun> =>
  until(async () => {
    const run = await cache.warming.run(id);
    return run?.state !== 'running' && run;
  });

/** What each load was counted for, by how many there were. */
async function loadsOf(job: string): Promise<Record<string, number>> {
  const counts = Object.values(await client.hgetall(loadsKey(job)));
  await client.del(loadsKey(job));
  return { targets: counts.length, most: Math.max(...counts.map(Number)) };
}

it('another process goes on with a run whose process was killed, and loads nothing twice', async () => {
  const { tenant, job } = names();
  const heir = openCache();
  define(heir, { tenant, job });
  const options: WarmingWorkerOptions = {
    ...{ redisUrl: testRedisUrl(), url: test.appUrl, adminUrl: test.adminUrl },
    ...{ tenant, job, targets: TARGETS, stuckFrom: 25 },
  };
  const worker = program.start(options);
  const id = await worker.answer<string>();
  await until(async () => (await heir.warming.run(id))?.done === 25);
  await expect(heir.warming.start(job)).rejects.toMatchObject({ code: 'WARMING_RUNNING' });
  await worker.kill();
  const look = () => (heir.warming as Warmer).look();
  await look();
  expect(await heir.warming.run(id)).toMatchObject({ state: 'running', resumed: 0 });
  // Half a minute later.
  await test.database.asAdmin('test', async (tx) => {
    await tx.$executeRaw`
      UPDATE warming_runs SET updated_at = updated_at - interval '30 s' WHERE id = ${id}::uuid`;
  });
  await look();
  const run = await ended(heir, id);
  expect(run).toMatchObject({ state: 'done', resumed: 1, total: TARGETS, done: TARGETS, failed: 0, skipped: 0 });
  expect(await loadsOf(job)).toEqual({ targets: TARGETS, most: 1 });
  expect((await heir.forTenant(tenant).usage()).usedBytes).toBe(run.bytes);
}, 90_000);

it('of four processes that start at once one warms, and no other loads anything', async () => {
  const wanted = names();
  const caches = Array.from({ length: 4 }, openCache);
  for (const cache of caches) define(cache, wanted, { atStart: true });
  const [first] = caches as [TenantCacheServer];
  const runs = () => first.warming.runs({ job: wanted.job, page: 1, pageSize: 10 });
  await until(async () => (await runs()).items[0]?.state === 'done');
  for (const cache of caches) await (cache.warming as Warmer).look();
  expect(await runs()).toMatchObject({ total: 1, items: [{ trigger: 'start', done: TARGETS, startedBy: null }] });
  expect(await loadsOf(wanted.job)).toEqual({ targets: TARGETS, most: 1 });
}, 60_000);

it('of four processes with one schedule one runs at each of its times', async () => {
  const wanted = names();
  const caches = Array.from({ length: 4 }, openCache);
  for (const cache of caches) define(cache, wanted, { schedule: '* * * * * *' });
  await until(async () => {
    const found = await test.database.asAdmin('test', (tx) => tx.warmingRun.count({ where: { job: wanted.job } }));
    return found >= 4;
  });
  await closeRedisCaches();
  const found = await test.database.asAdmin('test', (tx) => tx.warmingRun.findMany({ where: { job: wanted.job } }));
  const slots = found.map(({ slotAt }) => slotAt?.getTime());
  expect(new Set(slots).size).toBe(slots.length);
  expect(slots.every((slot) => slot !== undefined && slot % 1_000 === 0)).toBe(true);
  expect(await loadsOf(wanted.job)).toEqual({ targets: TARGETS, most: 1 });
}, 60_000);

it('a run is cancelled by a process that does not have it', async () => {
  const wanted = names();
  const [one, other] = [openCache(), openCache()];
  define(one, wanted, {}, 10);
  const { id } = await one.warming.start(wanted.job);
  await until(async () => (await other.warming.run(id))?.done === 10);
  await other.warming.cancel(id);
  expect(await ended(other, id)).toMatchObject({ state: 'cancelled', done: 10, failed: 0, cancelRequested: true });
  await expect(other.warming.cancel(id)).rejects.toMatchObject({ code: 'WARMING_NOT_FOUND' });
  await client.del(loadsKey(wanted.job));
}, 60_000);

it('a process that closes leaves its run as it is, and at once', async () => {
  const wanted = names();
  const [one, other] = [openCache(), openCache()];
  define(one, wanted, {}, 10);
  const { id } = await one.warming.start(wanted.job);
  await until(async () => (await other.warming.run(id))?.done === 10);
  await one.close();
  expect(await other.warming.run(id)).toMatchObject({ state: 'running', done: 10 });
  await client.del(loadsKey(wanted.job));
}, 60_000);
