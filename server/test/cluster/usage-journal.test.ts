import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { slotOf } from '../../src/l2/cluster-slot.js';
import { usageJournalContract, usagePart } from '../../src/testing/usage-journal-contract.js';
import { clusterClient, clusterStore } from '../fakes/cluster-store.js';
import { RedisCluster } from '../fakes/redis-cluster.js';
import { until } from '../fakes/redis-process.js';
import { usageJournals } from '../fakes/usage-journals.js';
import { tenantsOnEach } from './cluster-load.js';

usageJournalContract({ describe, it }, 'Redis Cluster', async () => {
  const [near, far] = [clusterStore(), clusterStore()];
  const client = clusterClient();
  await Promise.all([near.store.ready(), far.store.ready()]);
  return {
    ...usageJournals(near, far, client),
    close: async () => {
      await Promise.all([near.close(), far.close(), client.quit()]);
    },
  };
});

describe('the journal of usage on a Cluster that loses a master', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  }, 300_000);
  afterAll(() => cluster?.end());

  it('tells of any master that was emptied by hand, without a part put there', async () => {
    const made = clusterStore({}, cluster.addresses);
    const { usageJournal: journal } = made;
    try {
      await made.store.ready();
      const tenants = await tenantsOnEach(cluster, 1);
      await journal.put(tenants.map((tenant) => usagePart(tenant, 'e.0', 0, 1)));
      for (const master of await cluster.masters()) {
        const before = journal.incarnation();
        const client = master.client();
        await client.flushall();
        client.disconnect();
        await until(() => journal.incarnation() > before);
      }
    } finally {
      await made.close();
    }
  }, 300_000);

  it('leaves the others’ parts within reach, and tells that the rest may be lost once a replica took over', async () => {
    const made = clusterStore({}, cluster.addresses);
    const { usageJournal: journal } = made;
    try {
      await made.store.ready();
      const listed = slotOf('tenantcache:counted');
      const lister = await cluster.masterOf(listed);
      const tenants = await tenantsOnEach(cluster, 4);
      const parts = tenants.map((tenant) => usagePart(tenant, 'e.0', 0, 1));
      await journal.put(parts);
      const victim = (await cluster.masters()).find((node) => node !== lister) as typeof lister;
      const lost = new Set(await cluster.slotsOf(victim));
      const theirs = tenants.filter((tenant) => lost.has(slotOf(tenant)));
      const others = tenants.filter((tenant) => !lost.has(slotOf(tenant)));
      const before = journal.incarnation();
      await victim.kill();
      assert.equal(
        (await journal.read(tenants)).filter(({ part }) => others.includes(part.tenantId)).length,
        others.length,
      );
      await assert.rejects(journal.put(parts), { code: 'STORE_UNAVAILABLE' });
      await until(() =>
        journal.put(parts).then(
          () => true,
          () => false,
        ),
      );
      assert.ok(journal.incarnation() > before);
      // Reads have a connection of their own, which may be there a moment later.
      await until(async () => (await journal.read(theirs).catch(() => [])).length === theirs.length);
      assert.ok(theirs.length > 0 && others.length > 0);
    } finally {
      await made.close();
    }
  }, 300_000);
});
