import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import type { TenantCacheServer } from '../../src/index.js';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';

afterEach(closeRedisCaches);

/** Processes without a database: each keeps runs in its own memory. */
function processes(count: number, more: object) {
  const name = `j${randomBytes(8).toString('hex')}`;
  let release: () => void = () => {};
  const loads: number[] = [];
  const all = Array.from({ length: count }, (_, process) => {
    const cache = redisCache();
    const warm = async () => {
      loads.push(process);
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return { kind: 'loaded', bytes: 1 } as const;
    };
    cache.warming.define({ name, sources: [{ name: 'one', targets: () => [{ id: 'one', warm }] }], ...more });
    return cache;
  });
  return { name, all, loads, release: () => release() };
}

it('one of them begins a job at a time, and another once that has ended', async () => {
  const { name, all, loads, release } = processes(4, {});
  const begun = await Promise.allSettled(all.map((cache) => cache.warming.start(name)));
  const first = begun.findIndex(({ status }) => status === 'fulfilled');
  const refused = begun.filter((one) => one.status === 'rejected').map(({ reason }) => reason.code);
  expect(refused).toEqual(Array(3).fill('WARMING_RUNNING'));
  while (loads.length === 0) await delay(5);
  expect(loads).toEqual([first]);
  release();
  const other = all[(first + 1) % 4] as TenantCacheServer;
  const next = await (async () => {
    for (;;) {
      const run = await other.warming.start(name).catch(({ code }) => code as string);
      if (run !== 'WARMING_RUNNING') return run;
      await delay(5);
    }
  })();
  expect(next).toMatchObject({ job: name, state: 'running' });
});

it('one of them warms at the start, and goes on having the job for as long as it is there', async () => {
  const { all, loads, release, name } = processes(3, { atStart: true });
  while (loads.length === 0) await delay(5);
  release();
  const [first] = loads as [number];
  while ((await all[first]?.warming.runs({ job: name, page: 1, pageSize: 1 }))?.items[0]?.state !== 'done')
    await delay(5);
  const late = processes(1, { name, atStart: true });
  await late.all[0]?.ready();
  await delay(200);
  expect([loads, late.loads]).toEqual([[first], []]);
});

it('a closing process gives its job to another at once', async () => {
  const { name, all, loads } = processes(2, {});
  await all[0]?.warming.start(name);
  while (loads.length === 0) await delay(5);
  await expect(all[1]?.warming.start(name)).rejects.toMatchObject({ code: 'WARMING_RUNNING' });
  await all[0]?.close();
  expect(await all[1]?.warming.start(name)).toMatchObject({ state: 'running' });
});
