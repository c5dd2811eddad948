import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Limits } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import { slotOf } from '../../src/l2/cluster-slot.js';
import { clusterStore } from '../fakes/cluster-store.js';
import { RedisCluster } from '../fakes/redis-cluster.js';
import type { RedisProcess } from '../fakes/redis-process.js';
import { inexact, tenantsOnEach } from './cluster-load.js';

const LIMITS: Limits = { quotaBytes: 1e6, hardLimitBytes: 1e6, policy: 'lru', enforcement: 'hard' };
const body = (text: string) => ({ payload: Buffer.from(text), ttlMs: 60_000, graceMs: 0 });
const ids = Array.from({ length: 50 }, (_, n) => entryId('r', `k${n}`));

describe('calls of one tick', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  }, 300_000);
  afterAll(() => cluster?.end());

  it('for tenants of many slots are split by slot, and each gets its own answer', async () => {
    const made = clusterStore({}, cluster.addresses);
    const { store } = made;
    try {
      await store.ready();
      const tenants = Array.from({ length: 100 }, () => tenantId(`t-${randomUUID()}`));
      expect(new Set(tenants.map(slotOf)).size).toBeGreaterThan(90);
      const outcomes = await Promise.all(
        tenants.map((tenant, n) => store.write(tenant, ids[n % 50] as never, body(tenant), LIMITS)),
      );
      expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['stored']));
      const found = await Promise.all(tenants.map((tenant) => store.getMany(tenant, ids)));
      for (const [n, tenant] of tenants.entries()) {
        const texts = found[n]?.map((entry) => entry?.payload.toString());
        expect(texts?.filter((text) => text !== undefined)).toEqual([tenant]);
        expect(texts?.[n % 50]).toBe(tenant);
      }
      const [leases, deleted] = await Promise.all([
        Promise.all(
          tenants.map((tenant) => store.lease(tenant, entryId('r', 'cold'), { seenSequence: 0, ttlMs: 5_000 })),
        ),
        Promise.all(tenants.map((tenant, n) => store.delete(tenant, ids[n % 50] as never))),
      ]);
      expect(new Set(leases.map(({ kind }) => kind))).toEqual(new Set(['granted']));
      expect(new Set(deleted)).toEqual(new Set([true]));
      expect(await inexact(cluster, tenants)).toEqual([]);
    } finally {
      await made.close();
    }
  });

  it('do not wait for a master that does not answer: while its tenant waits, the others are served', async () => {
    const made = clusterStore({ deadlineMs: 30_000 }, cluster.addresses);
    const { store } = made;
    const tenants = await tenantsOnEach(cluster, 1);
    const victim = await cluster.masterOf(slotOf(tenants[0] as TenantId));
    try {
      await store.ready();
      // Or a replica would serve its tenant within seconds, which a slow machine takes for the calls below.
      const all = cluster.nodes.map((node) => cluster.client(node));
      await Promise.all(all.map((client) => client.config('SET', 'cluster-node-timeout', '300000')));
      await Promise.all(tenants.map((tenant) => store.write(tenant, ids[0] as never, body('old'), LIMITS)));
      victim.pause();
      let answered = false;
      const waiting = store
        .write(tenants[0] as TenantId, ids[0] as never, body('new'), LIMITS)
        .catch(() => undefined)
        .finally(() => {
          answered = true;
        });
      // Each is begun in the tick of a call for the silent one, and awaited before the next.
      let servedMeanwhile = 0;
      for (const id of ids) {
        void store.get(tenants[0] as TenantId, id).catch(() => undefined);
        const [second, third] = await Promise.all([
          store.write(tenants[1] as TenantId, id, body('new'), LIMITS),
          store.write(tenants[2] as TenantId, id, body('new'), LIMITS),
        ]);
        expect([second.status, third.status]).toEqual(['stored', 'stored']);
        expect((await store.get(tenants[1] as TenantId, id))?.payload.toString()).toBe('new');
        if (!answered) servedMeanwhile++;
      }
      // A connection that is silent for five seconds is given up, which a slow machine takes for all of them.
      expect(servedMeanwhile).toBeGreaterThan(0);
      expect(tenants.map((tenant) => store.state(tenant)).slice(1)).toEqual(['up', 'up']);
      (victim as RedisProcess).resume();
      await waiting;
    } finally {
      victim.resume();
      await made.close();
      await cluster.untilWhole();
    }
  });
});
