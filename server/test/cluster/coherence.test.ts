import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TenantId } from '../../src/core/tenant-id.js';
import { createTenantCache, type TenantCache, type TenantCacheServer } from '../../src/index.js';
import { slotOf } from '../../src/l2/cluster-slot.js';
import { clusterUrls } from '../fakes/cluster-store.js';
import { RedisCluster } from '../fakes/redis-cluster.js';
import { type RedisProcess, until } from '../fakes/redis-process.js';
import { waitedMs } from '../fakes/waited.js';
import { tenantsOnEach } from './cluster-load.js';

/** Targets: nothing stale 3 s after, in a time that stands still while both processes do. */
const FOLLOWED_WITHIN_MS = 3_000;

describe('what one process changes, the others drop from memory', () => {
  let cluster: RedisCluster;
  let open: TenantCacheServer[];
  let tenant: TenantId;
  let from: RedisProcess;
  let a: TenantCache;
  let b: TenantCache;

  beforeAll(async () => {
    cluster = await RedisCluster.start();
  }, 300_000);
  afterAll(() => cluster?.end());

  beforeEach(async () => {
    [tenant] = (await tenantsOnEach(cluster, 1)) as [TenantId, ...TenantId[]];
    from = await cluster.masterOf(slotOf(tenant));
    open = [1, 2].map(() =>
      createTenantCache({
        redis: { cluster: clusterUrls(cluster.addresses) },
        tenants: { default: { quotaBytes: 1_000_000 } },
        redisTimeout: '2s',
        breaker: { halfOpenAfter: '100ms' },
      }),
    );
    await Promise.all(open.map((cache) => cache.ready()));
    [a, b] = open.map((cache) => cache.forTenant(tenant)) as [TenantCache, TenantCache];
    await hold('first');
  });
  afterEach(async () => {
    await Promise.all(open.map((cache) => cache.close()));
    await cluster.untilWhole();
  });

  /** b has it and answers from its memory. Written anew until then: after a failover a process drops what it wrote of late. */
  async function hold(value: string): Promise<void> {
    await until(async () => (await a.set('r', 'k', value)).stored && (await b.get('r', 'k')) === value);
    const before = b.metrics().l1Hits;
    await until(async () => {
      await b.get('r', 'k');
      return b.metrics().l1Hits > before;
    });
  }

  async function soon(condition: () => Promise<boolean>): Promise<void> {
    expect(await waitedMs(() => until(condition))).toBeLessThan(FOLLOWED_WITHIN_MS);
  }

  /** Once a has changed it, b does not answer the old value any more, and does not go back to it. */
  async function follows(old: string, value: string): Promise<void> {
    await until(async () => (await a.set('r', 'k', value)).stored);
    await soon(async () => (await b.get('r', 'k')) !== old);
    for (let read = 0; read < 50; read++) expect([value, undefined]).toContain(await b.get('r', 'k'));
  }

  const elsewhere = async () => (await cluster.masters()).find((node) => node !== from) as RedisProcess;

  it('while all is well, on every master', async () => {
    await follows('first', 'second');
    for (const other of await tenantsOnEach(cluster, 2)) {
      const [near, far] = open.map((cache) => cache.forTenant(other)) as [TenantCache, TenantCache];
      await near.set('r', 'k', 1);
      await until(async () => (await far.get('r', 'k')) === 1);
      await near.set('r', 'k', 2);
      await soon(async () => (await far.get('r', 'k')) === 2);
    }
  });

  it('after the slot has gone to another node', async () => {
    const to = await elsewhere();
    const slot = slotOf(tenant);
    await cluster.beginMove(slot, from, to);
    await cluster.moveKeys(slot, from, to);
    await cluster.endMove(slot, to);
    await follows('first', 'second');
    // And is in memory again afterwards, which it would not be if nobody listened.
    await hold('third');
    await follows('third', 'fourth');
  });

  it.each(['kill -9', 'CLUSTER FAILOVER', 'SIGSTOP'])(
    'after the master was lost by %s',
    async (kind) => {
      if (kind === 'kill -9') await from.kill();
      else if (kind === 'SIGSTOP') from.pause();
      else await cluster.client(await cluster.replicaOf(from)).cluster('FAILOVER');
      await cluster.untilTakenOver(from, slotOf(tenant));
      await follows('first', 'second');
      await hold('third');
      await follows('third', 'fourth');
      if (kind === 'SIGSTOP') {
        from.resume();
        await follows('fourth', 'fifth');
      }
    },
    300_000,
  );
});
