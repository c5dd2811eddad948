import { randomBytes } from 'node:crypto';
import { afterEach, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CacheEvent } from '../../src/core/events.js';
import { defineResource, entryTarget, type TenantCacheServer } from '../../src/index.js';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';

afterEach(closeRedisCaches);

const WORKERS = 4;
const TARGETS = 40;
const sizes = fc.array(fc.integer({ min: 10, max: 20_000 }), { minLength: TARGETS, maxLength: TARGETS });

const idle = async (cache: TenantCacheServer, id: string) => {
  while ((await cache.warming.run(id))?.state === 'running') await new Promise((resolve) => setTimeout(resolve, 5));
  return cache.warming.run(id);
};

it('four workers side by side never take a tenant to its warning threshold, and evict nothing of it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 60_000, max: 600_000 }),
      fc.double({ min: 0, max: 0.95, noNaN: true }),
      fc.tuple(sizes, sizes, sizes, sizes),
      async (quotaBytes, ownShare, bySizes) => {
        const events: CacheEvent[] = [];
        const observers = [(event: CacheEvent) => void events.push(event)];
        const tenants = { default: { quotaBytes } };
        const tenant = `w${randomBytes(8).toString('hex')}`;
        const caches = Array.from({ length: WORKERS }, () => redisCache({ tenants, observers }));
        const [first] = caches as [TenantCacheServer];
        const own = first.forTenant(tenant);
        const keys: string[] = [];
        while (keys.length === 0 || (await own.usage()).usedBytes < ownShare * quotaBytes - 2_500) {
          keys.push(`k${keys.length}`);
          await own.set('own', keys.at(-1) as string, 'x'.repeat(2_000));
        }
        const ownBytes = (await own.usage()).usedBytes;
        events.length = 0;
        const runs = await Promise.all(
          caches.map(async (cache, worker) => {
            const load = (key: string) => randomBytes((bySizes[worker]?.[Number(key)] as number) / 2).toString('hex');
            const resource = defineResource(`w${worker}`, { load, ttl: '1h' });
            const handle = cache.forTenant(tenant);
            const targets = Array.from({ length: TARGETS }, (_, n) => entryTarget(handle, resource, String(n)));
            const job = { name: `${tenant}-${worker}`, concurrency: 8, perSecond: 10_000 };
            cache.warming.define({ ...job, sources: [{ name: 'all', targets: () => targets }] });
            return idle(cache, (await cache.warming.start(job.name)).id);
          }),
        );
        const { usedBytes, entries, state } = await own.usage();
        const done = runs.reduce((sum, run) => sum + (run?.done ?? 0), 0);
        const bytes = runs.reduce((sum, run) => sum + (run?.bytes ?? 0), 0);
        // To the byte, however many processes there are: the store decides with each write.
        expect([usedBytes, entries]).toEqual([ownBytes + bytes, keys.length + done]);
        if (ownBytes < 0.8 * quotaBytes) expect([usedBytes < 0.8 * quotaBytes, state]).toEqual([true, 'ok']);
        else expect(done).toBe(0);
        expect((await own.getMany('own', keys)).size).toBe(keys.length);
        const counted = runs.every((run) => run && run.done + run.skipped === TARGETS && run.failed === 0);
        expect([counted, runs.map((run) => run?.state)]).toEqual([true, Array(WORKERS).fill('done')]);
        expect(events.filter(({ type }) => ['eviction', 'rejection', 'quota-state'].includes(type))).toEqual([]);
        await own.clear();
        await closeRedisCaches();
      },
    ),
    { numRuns: 12 },
  );
}, 120_000);

it('what others write meanwhile is held to the quota as ever, and no warm-up makes it evict', async () => {
  const tenant = `w${randomBytes(8).toString('hex')}`;
  const [warmer, app] = [1, 2].map(() => redisCache({ tenants: { default: { quotaBytes: 200_000 } } })) as [
    TenantCacheServer,
    TenantCacheServer,
  ];
  const resource = defineResource('warm', { load: () => 'x'.repeat(1_000), ttl: '1h' });
  const handle = warmer.forTenant(tenant);
  const targets = Array.from({ length: 300 }, (_, n) => entryTarget(handle, resource, String(n)));
  warmer.warming.define({
    name: tenant,
    concurrency: 8,
    perSecond: 10_000,
    sources: [{ name: 'all', targets: () => targets }],
  });
  const { id } = await warmer.warming.start(tenant);
  const own = app.forTenant(tenant);
  // As much as leaves the tenant below its threshold by itself, and no more than fits beside what a warm-up may hold.
  const written = await Promise.all(Array.from({ length: 30 }, (_, n) => own.set('own', String(n), 'x'.repeat(1_000))));
  const run = await idle(warmer, id);
  expect(written.every(({ stored, evicted }) => stored && evicted === 0)).toBe(true);
  expect(
    (
      await own.getMany(
        'own',
        Array.from({ length: 30 }, (_, n) => String(n)),
      )
    ).size,
  ).toBe(30);
  expect((await own.usage()).entries).toBe(30 + (run?.done ?? 0));
  expect(run?.skipped).toBeGreaterThan(0);
});
