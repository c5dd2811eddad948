import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { limitsOf } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import type { TenantId } from '../../src/core/tenant-id.js';
import { slotOf } from '../../src/l2/cluster-slot.js';
import { RedisUpkeep } from '../../src/l2/redis-upkeep.js';
import { leadershipContract } from '../../src/testing/leadership-contract.js';
import { upkeepContract } from '../../src/testing/upkeep-contract.js';
import { clusterClient, clusterStore } from '../fakes/cluster-store.js';
import { reconcileWhole } from '../fakes/reconcile.js';
import { RedisCluster } from '../fakes/redis-cluster.js';
import { redisLeaderships } from '../fakes/redis-leaderships.js';
import { type RedisProcess, until } from '../fakes/redis-process.js';
import { age } from '../fakes/redis-store.js';
import { inexact, lookInCluster, tenantsOnEach } from './cluster-load.js';

const LIMITS = limitsOf({ quotaBytes: 1e9 });
const HOUR_MS = 3_600_000;

upkeepContract({ describe, it }, 'Redis Cluster', async () => {
  const [first, second] = [clusterStore(), clusterStore()];
  const client = clusterClient();
  await Promise.all([first.store.ready(), second.store.ready()]);
  return {
    store: first.store,
    near: new RedisUpkeep(first.topology),
    far: new RedisUpkeep(second.topology),
    ageEnrolment: async (tenant) => {
      await client.zincrby('tenantcache:roll', -HOUR_MS - 1, tenant);
    },
    age: (tenant, seconds) => age(client, tenant, seconds),
    close: async () => {
      await Promise.all([first.close(), second.close(), client.quit()]);
    },
  };
});

leadershipContract({ describe, it }, 'a lease in a Redis Cluster', async () => {
  const [near, far] = [clusterStore(), clusterStore()];
  await Promise.all([near.store.ready(), far.store.ready()]);
  const client = clusterClient();
  return {
    ...redisLeaderships(near, far, client),
    close: async () => {
      await Promise.all([near.close(), far.close(), client.quit()]);
    },
  };
});

describe('on a Cluster', () => {
  let cluster: RedisCluster;
  let made: ReturnType<typeof clusterStore>;
  let upkeep: RedisUpkeep;
  let tenants: TenantId[];

  beforeAll(async () => {
    cluster = await RedisCluster.start();
  }, 300_000);
  afterAll(() => cluster?.end());
  beforeEach(async () => {
    await cluster.untilWhole();
    made = clusterStore({}, cluster.addresses);
    await made.store.ready();
    upkeep = new RedisUpkeep(made.topology);
    tenants = await tenantsOnEach(cluster, 1);
  }, 300_000);
  afterEach(() => made.close());

  const clientOf = async (tenant: TenantId): Promise<Redis> => cluster.client(await cluster.masterOf(slotOf(tenant)));

  async function fill(tenant: TenantId, count: number): Promise<void> {
    for (let n = 0; n < count; n += 100) {
      await Promise.all(
        Array.from({ length: Math.min(100, count - n) }, (_, i) =>
          made.store.write(
            tenant,
            entryId('r', `k${n + i}`),
            { payload: randomBytes(100), ttlMs: HOUR_MS, graceMs: 0 },
            LIMITS,
          ),
        ),
      );
    }
  }

  /** Every third entry is gone, and nobody was told. */
  async function lose(tenant: TenantId): Promise<void> {
    const client = await clientOf(tenant);
    const { exp } = await lookInCluster(cluster, tenant);
    await client.unlink(exp.filter((_, index) => index % 3 === 0).map((member) => `tenant:{${tenant}}:${member}`));
  }

  it('puts tenants of every master right, and finds their orphans where they are', async () => {
    for (const tenant of tenants) {
      await fill(tenant, 300);
      await lose(tenant);
      await (await clientOf(tenant)).set(`tenant:{${tenant}}:r:orphan`, 'x'.repeat(500));
    }
    expect(await inexact(cluster, tenants)).toHaveLength(tenants.length);
    for (const tenant of tenants) {
      const report = await reconcileWhole(upkeep, tenant, { orphans: true, fence: 9 });
      expect(report).toMatchObject({ ghosts: 100, orphans: 1, repaired: 0, driftBytes: 0, compared: true });
    }
    expect(await inexact(cluster, tenants)).toEqual([]);
  });

  it('puts right a tenant whose slot moves to another master between two steps', async () => {
    const [tenant] = tenants as [TenantId, ...TenantId[]];
    const slot = slotOf(tenant);
    await fill(tenant, 4_000);
    await lose(tenant);
    const from = await cluster.masterOf(slot);
    const to = (await cluster.masters()).find((node) => node !== from) as RedisProcess;
    await (await clientOf(tenant)).set(`tenant:{${tenant}}:r:orphan`, 'x'.repeat(500));
    let step = await upkeep.reconcile(tenant, { orphans: true });
    step = await upkeep.reconcile(tenant, { cursor: step.cursor, orphans: true });
    await cluster.beginMove(slot, from, to);
    await cluster.moveKeys(slot, from, to);
    await cluster.endMove(slot, to);
    while (step.cursor !== undefined) step = await upkeep.reconcile(tenant, { cursor: step.cursor, orphans: true });
    expect(await inexact(cluster, [tenant])).toEqual([]);
  });

  it('puts right a tenant whose master is killed between two steps', async () => {
    const [, tenant] = tenants as [TenantId, TenantId, ...TenantId[]];
    const slot = slotOf(tenant);
    await fill(tenant, 4_000);
    await lose(tenant);
    await (await clientOf(tenant)).wait(1, 5_000);
    const first = await upkeep.reconcile(tenant, { orphans: true });
    const victim = await cluster.masterOf(slot);
    await (await clientOf(tenant)).wait(1, 5_000);
    await victim.kill();
    await cluster.untilTakenOver(victim, slot);
    let cursor = first.cursor;
    await until(async () => {
      try {
        while (cursor !== undefined) ({ cursor } = await upkeep.reconcile(tenant, { cursor, orphans: true }));
      } catch {}
      return cursor === undefined;
    });
    expect(await inexact(cluster, [tenant])).toEqual([]);
  }, 300_000);
});
