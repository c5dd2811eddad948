import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { BusMessage } from '../../src/core/contracts.js';
import type { TenantId } from '../../src/core/tenant-id.js';
import { slotOf } from '../../src/l2/cluster-slot.js';
import { clusterStore } from '../fakes/cluster-store.js';
import { RedisCluster } from '../fakes/redis-cluster.js';
import { type RedisProcess, until } from '../fakes/redis-process.js';
import { tenantsOnEach } from './cluster-load.js';

describe('subscriptions follow their tenants', () => {
  let cluster: RedisCluster;
  let near: ReturnType<typeof clusterStore>;
  let far: ReturnType<typeof clusterStore>;
  let tenants: readonly TenantId[];
  const told: [string, readonly TenantId[] | undefined][] = [];
  const heard: BusMessage[] = [];

  beforeAll(async () => {
    cluster = await RedisCluster.start();
    near = clusterStore({}, cluster.addresses);
    far = clusterStore({}, cluster.addresses);
    await Promise.all([near.store.ready(), far.store.ready()]);
    await until(() => far.bus.state() === 'up');
    tenants = await tenantsOnEach(cluster, 2);
    await Promise.all(tenants.map((tenant) => far.bus.follow(tenant)));
    far.bus.onState((state, concerned) => told.push([state, concerned]));
    far.bus.onMessage((message) => heard.push(message));
  }, 300_000);
  afterAll(async () => {
    await Promise.all([near?.close(), far?.close()]);
    await cluster?.end();
  });
  beforeEach(() => {
    told.length = 0;
    heard.length = 0;
  });

  const tenantsOf = async (node: RedisProcess) => {
    const owners = await Promise.all(tenants.map((tenant) => cluster.masterOf(slotOf(tenant))));
    return tenants.filter((_, index) => owners[index] === node);
  };

  async function expectMoved(moved: readonly TenantId[]): Promise<void> {
    // Nobody calls: the move is noticed all the same.
    await until(
      () => told.filter(([state]) => state === 'up').flatMap(([, concerned]) => concerned).length >= moved.length,
    );
    for (const state of ['down', 'up']) {
      const concerned = told.filter(([each]) => each === state).flatMap(([, each]) => each);
      expect(new Set(concerned)).toEqual(new Set(moved));
    }
    expect(tenants.map((tenant) => far.bus.state(tenant))).toEqual(tenants.map(() => 'up'));
    for (const tenant of tenants) await near.store.clear(tenant);
    await until(() => heard.length >= tenants.length);
    expect(heard.map(({ type, tenant }) => [type, tenant]).sort()).toEqual(
      tenants.map((tenant) => ['clear', tenant]).sort(),
    );
  }

  it('of a slot that goes elsewhere: its own alone are told, and hear again', async () => {
    const tenant = tenants[0] as TenantId;
    const slot = slotOf(tenant);
    const from = await cluster.masterOf(slot);
    const to = (await cluster.masters()).find((node) => node !== from) as RedisProcess;
    await near.store.clear(tenant);
    await until(() => heard.length === 1);
    heard.length = 0;
    await cluster.beginMove(slot, from, to);
    await cluster.moveKeys(slot, from, to);
    await cluster.endMove(slot, to);
    await expectMoved([tenant]);
  });

  it('of a master that hands over: its tenants alone are told, and hear again', async () => {
    const master = (await cluster.masters()).find((node) => node !== undefined) as RedisProcess;
    const moved = await tenantsOf(master);
    expect(moved.length).toBeGreaterThan(0);
    await cluster.client(await cluster.replicaOf(master)).cluster('FAILOVER');
    await cluster.untilTakenOver(master, slotOf(moved[0] as TenantId));
    await expectMoved(moved);
  });
});
