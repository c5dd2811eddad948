import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { IdempotencyStore } from '../../src/core/idempotency.js';
import { postgresTenants } from '../../src/postgres/postgres-tenants.js';
import { idempotencyContract } from '../../src/testing/idempotency-contract.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const hash = () => randomBytes(32).toString('hex');
const age = async (id: string, ms: number) => {
  await test.database.asAdmin('test', async (tx) => {
    await tx.$executeRaw`
      UPDATE idempotency_keys SET locked_until = locked_until - ${ms}::float8 * interval '1 ms',
                                  expires_at = expires_at - ${ms}::float8 * interval '1 ms' WHERE id = ${id}`;
  });
};
const open = () => {
  const directory = postgresTenants({ url: test.appUrl, adminUrl: test.adminUrl });
  return { store: directory.idempotency as IdempotencyStore, age, close: () => directory.close() };
};

idempotencyContract({ describe, it }, 'Postgres', async () => open());

describe('idempotency keys in Postgres', () => {
  it('let one of 64 begin over four processes', async () => {
    const processes = Array.from({ length: 4 }, open);
    const request = { id: hash(), fingerprint: hash() };
    const starts = await Promise.all(
      Array.from({ length: 64 }, (_, n) => (processes[n % 4] as (typeof processes)[0]).store.begin(request)),
    );
    expect(starts.filter(({ kind }) => kind === 'begun')).toHaveLength(1);
    await Promise.all(processes.map(({ close }) => close()));
  });

  it('go with their day, a bounded number with each use', async () => {
    const { store, close } = open();
    const old = Array.from({ length: 50 }, hash);
    for (const id of old) await store.begin({ id, fingerprint: hash() });
    for (const id of old) await age(id, 24 * 3_600_000);
    const left = () => test.database.asAdmin('test', (tx) => tx.idempotencyKey.count({ where: { id: { in: old } } }));
    expect(await left()).toBe(50);
    await store.begin({ id: hash(), fingerprint: hash() });
    expect(await left()).toBe(30);
    await Promise.all([1, 2].map(() => store.begin({ id: hash(), fingerprint: hash() })));
    await store.begin({ id: hash(), fingerprint: hash() });
    expect(await left()).toBe(0);
    await close();
  });

  it('are the admin role’s alone', async () => {
    const read = test.database.withTenant('a', (tx) => tx.$queryRaw`SELECT 1 FROM idempotency_keys`);
    await expect(read).rejects.toThrow(/permission denied/);
    expect(postgresTenants({ url: test.appUrl }).idempotency).toBeUndefined();
  });
});
