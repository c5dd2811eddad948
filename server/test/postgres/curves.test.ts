import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDatabase } from '@tenantcache/database';
import { ShardsSampler } from '../../src/advice/shards-sampler.js';
import { tenantId } from '../../src/core/tenant-id.js';
import { postgresCurves } from '../../src/postgres/postgres-curves.js';
import { curveStoreContract } from '../../src/testing/curve-store-contract.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

describe.each([true, false])('with the admin role: %s', (admin) => {
  curveStoreContract({ describe, it }, `Postgres, admin ${admin}`, async () => {
    const { appUrl, adminUrl } = test;
    const database = createDatabase({ appUrl, ...(admin ? { adminUrl } : {}) });
    return { store: postgresCurves(database, { admin }), tidies: admin, close: () => database.close() };
  });
});

describe('postgresCurves', () => {
  it('keeps the sample of a tenant with many keys as it is, in a few KB', async () => {
    const tenant = tenantId(randomUUID());
    const sampler = new ShardsSampler({
      tenantId: tenant,
      processEpoch: 'p.1',
      nowMs: Date.now(),
      seed: 1,
      mayGrow: () => true,
    });
    for (let use = 0; use < 50_000; use++) {
      const [resource, key] = [`resource-${use % 40}`, `key-${(use * 7_919) % 20_011}`];
      sampler.miss(resource, key);
      const payload = Buffer.from(key);
      sampler.stored(resource, key, { sizeBytes: 208 + (use % 5_000) * 16, ttlMs: 60_000, graceMs: 0, payload });
    }
    const sample = sampler.sample(Date.now());
    const store = postgresCurves(test.database, { admin: true });
    await store.save([sample]);
    expect(await store.read(tenant, Date.now())).toEqual([sample]);
    expect(JSON.stringify(sample).length).toBeLessThan(16_000);
  });

  it('rejects with DIRECTORY_UNAVAILABLE where Postgres does not listen', async () => {
    const database = createDatabase({ appUrl: 'postgresql://role:word@127.0.0.1:9/none', timeoutMs: 1_000 });
    const store = postgresCurves(database, { admin: false });
    await expect(store.read(tenantId('t'), Date.now())).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' });
    await database.close();
  });
});
