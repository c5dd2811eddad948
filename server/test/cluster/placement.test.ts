import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Limits } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import type { RollPage } from '../../src/core/upkeep.js';
import { slotOf } from '../../src/l2/cluster-slot.js';
import { placementOf, storeNodes } from '../../src/l2/placement.js';
import { clusterStore } from '../fakes/cluster-store.js';
import { RedisCluster } from '../fakes/redis-cluster.js';
import type { RedisProcess } from '../fakes/redis-process.js';
import { until } from '../fakes/redis-process.js';
import { redisStore } from '../fakes/redis-store.js';
import { lookInCluster, tenantsOnEach } from './cluster-load.js';

const LIMITS: Limits = { quotaBytes: 1e6, hardLimitBytes: 1e6, policy: 'lru', enforcement: 'hard' };
const body = { payload: Buffer.alloc(500), ttlMs: 60_000, graceMs: 0 };

/** A roll of these tenants, by pages of two. */
const rollOf =
  (tenants: readonly TenantId[]) =>
  async (after: string | undefined): Promise<RollPage> => {
    const from = Number(after ?? 0);
    const next = from + 2;
    return { tenants: tenants.slice(from, next), next: next < tenants.length ? String(next) : undefined };
  };

describe('where tenants are', () => {
  let cluster: RedisCluster;
  let made: ReturnType<typeof clusterStore>;
  let tenants: TenantId[];

  beforeAll(async () => {
    cluster = await RedisCluster.start();
    made = clusterStore({ breaker: { halfOpenAfterMs: 100 } }, cluster.addresses);
    await made.store.ready();
    tenants = await tenantsOnEach(cluster, 3);
    for (const [index, tenant] of tenants.entries()) {
      for (let n = 0; n <= index; n++) await made.store.write(tenant, entryId('r', `k${n}`), body, LIMITS);
    }
  }, 300_000);
  afterAll(async () => {
    await made?.close();
    await cluster?.end();
  });

  it('a tenant: its slot as the Cluster counts it, the node that serves that, and what is counted there', async () => {
    for (const tenant of tenants) {
      const slot = await cluster.client(cluster.nodes[0] as RedisProcess).cluster('KEYSLOT', tenant);
      const { used, exp } = await lookInCluster(cluster, tenant);
      const node = `127.0.0.1:${(await cluster.masterOf(slotOf(tenant))).port}`;
      expect(await placementOf(made.topology, tenant)).toEqual({ slot, node, usedBytes: used, entries: exp.length });
    }
    const nobody = await placementOf(made.topology, tenantId(`t-${randomUUID()}`));
    expect(nobody).toMatchObject({ usedBytes: 0, entries: 0 });
  });

  it('a node: its slots, its replica, its memory and the sum of its tenants', async () => {
    const nodes = await storeNodes(made.topology, rollOf(tenants));
    expect(nodes).toHaveLength(3);
    expect(nodes.flatMap(({ slots }) => slots).reduce((sum, [first, last]) => sum + last - first + 1, 0)).toBe(16_384);
    for (const node of nodes) {
      const process = cluster.at(node.node);
      const own = [];
      for (const tenant of tenants) if ((await cluster.masterOf(slotOf(tenant))) === process) own.push(tenant);
      const used = (await Promise.all(own.map((tenant) => lookInCluster(cluster, tenant)))).map((each) => each.used);
      expect(node).toMatchObject({
        state: 'up',
        replicas: 1,
        serverEvictions: 0,
        tenants: 3,
        usedBytes: used.reduce((sum, bytes) => sum + bytes, 0),
      });
      expect(node.memoryBytes).toBeGreaterThan(1_000_000);
    }
  });

  it('a roll that cannot be read, or is too long, leaves the sums out and nothing else', async () => {
    const broken = await storeNodes(made.topology, async () => {
      throw new Error('away');
    });
    const long = await storeNodes(made.topology, rollOf(tenants), tenants.length - 1);
    for (const { state, tenants: count, usedBytes, memoryBytes } of [...broken, ...long]) {
      expect({ state, count, usedBytes }).toEqual({ state: 'up', count: undefined, usedBytes: undefined });
      expect(memoryBytes).toBeGreaterThan(0);
    }
  });

  it('a node that does not answer is down, and the others are told of as before', async () => {
    const victim = (await cluster.masters())[0] as RedisProcess;
    // Or a replica would be the node of its slots before the deadline of a call has come.
    const all = cluster.nodes.map((node) => cluster.client(node));
    await Promise.all(all.map((client) => client.config('SET', 'cluster-node-timeout', '300000')));
    victim.pause();
    try {
      const nodes = await storeNodes(made.topology, rollOf(tenants));
      const { slots, ...rest } = nodes.find(({ node }) => cluster.at(node) === victim) ?? {};
      expect(rest).toEqual({
        node: `127.0.0.1:${victim.port}`,
        state: 'down',
        replicas: undefined,
        memoryBytes: undefined,
        memoryLimitBytes: undefined,
        serverEvictions: undefined,
        tenants: undefined,
        usedBytes: undefined,
      });
      const others = nodes.filter(({ node }) => cluster.at(node) !== victim);
      expect(others.map(({ state, tenants: count }) => [state, count])).toEqual([
        ['up', 3],
        ['up', 3],
      ]);
    } finally {
      victim.resume();
    }
    await cluster.untilWhole();
  });

  it('on a single Redis there is one node and no slot', async () => {
    const single = redisStore();
    try {
      await single.store.ready();
      const tenant = tenantId(`t-${randomUUID()}`);
      const { sizeBytes } = await single.store.write(tenant, entryId('r', 'k'), body, LIMITS);
      const [node, ...others] = await storeNodes(single.topology, rollOf([tenant]));
      expect(others).toEqual([]);
      expect(node).toMatchObject({ state: 'up', slots: [], tenants: 1, usedBytes: sizeBytes });
      expect(await placementOf(single.topology, tenant)).toEqual({
        slot: undefined,
        node: node?.node,
        usedBytes: sizeBytes,
        entries: 1,
      });
      await single.store.clear(tenant);
    } finally {
      await single.close();
    }
  });

  it('while no node is known it is said so', async () => {
    const lost = clusterStore({ deadlineMs: 200 }, ['127.0.0.1:1']);
    await until(async () => lost.topology.nodes().length === 0);
    await expect(storeNodes(lost.topology, rollOf([]))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(placementOf(lost.topology, tenants[0] as TenantId)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    await lost.close();
  });
});
