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

  /** The masters, of which each claims its slots by a greater epoch than the one before. */
  async function byEpoch(): Promise<RedisProcess[]> {
    const masters = await cluster.masters();
    const views = await cluster.view(masters[0] as RedisProcess);
    const epochOf = (node: RedisProcess) => views.find(({ address }) => cluster.at(address) === node)?.epoch ?? 0;
    return masters.sort((a, b) => epochOf(a) - epochOf(b));
  }

  async function beginMove(from: RedisProcess, to: RedisProcess) {
    const [tenant] = (await tenantsOf(from)) as [TenantId];
    const slot = slotOf(tenant);
    await near.store.clear(tenant);
    await until(() => heard.length === 1);
    heard.length = 0;
    await cluster.beginMove(slot, from, to);
    await cluster.moveKeys(slot, from, to);
    const id = (await cluster.client(to).cluster('MYID')) as string;
    const give = (node: RedisProcess) => cluster.client(node).cluster('SETSLOT', slot, 'NODE', id);
    return { tenant, slot, give };
  }

  it('of a slot that goes elsewhere: its own alone are told, and hear again', async () => {
    const [to, , from] = (await byEpoch()) as [RedisProcess, RedisProcess, RedisProcess];
    const { tenant, slot, give } = await beginMove(from, to);
    // Of the new owner alone, once: all others hear from it, with the epoch that makes it so.
    await give(to);
    for (const node of await cluster.masters())
      await until(async () => (await cluster.slotsOf(node)).includes(slot) === (node === to));
    await expectMoved([tenant]);
  });

  it('of a slot that is given up before anybody claims it: all that may be meant are told, and hear again', async () => {
    const [to, , from] = (await byEpoch()) as [RedisProcess, RedisProcess, RedisProcess];
    const concerned = await tenantsOf(from);
    expect(concerned.length).toBeGreaterThan(1);
    const { slot, give } = await beginMove(from, to);
    await give(from);
    const down = () => told.filter(([state]) => state === 'down').flatMap(([, each]) => each);
    await until(() => concerned.every((tenant) => down().includes(tenant)));
    await cluster.endMove(slot, to);
    await until(() => tenants.every((tenant) => far.bus.state(tenant) === 'up'));
    await expectMoved(concerned);
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
