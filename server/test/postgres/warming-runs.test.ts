import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WarmingRunStore } from '../../src/core/warming.js';
import { postgresTenants } from '../../src/postgres/postgres-tenants.js';
import { warmingRunContract } from '../../src/testing/warming-run-contract.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const open = () => {
  const directory = postgresTenants({ url: test.appUrl, adminUrl: test.adminUrl });
  return { store: directory.warmingRuns as WarmingRunStore, close: () => directory.close() };
};
const age = async (id: string, ms: number) => {
  await test.database.asAdmin('test', async (tx) => {
    await tx.$executeRaw`
      UPDATE warming_runs SET started_at = started_at - ${ms}::float8 * interval '1 ms',
                              updated_at = updated_at - ${ms}::float8 * interval '1 ms',
                              ended_at = ended_at - ${ms}::float8 * interval '1 ms' WHERE id = ${id}::uuid`;
  });
};

warmingRunContract({ describe, it }, 'Postgres', async () => {
  const [one, other] = [open(), open()];
  return {
    store: one.store,
    other: other.store,
    age,
    close: async () => {
      await Promise.all([one.close(), other.close()]);
    },
  };
});

describe('runs of warm-ups in Postgres', () => {
  it('are the admin role’s alone', async () => {
    const read = test.database.withTenant('a', (tx) => tx.$queryRaw`SELECT 1 FROM warming_runs`);
    await expect(read).rejects.toThrow(/permission denied/);
    expect(postgresTenants({ url: test.appUrl }).warmingRuns).toBeUndefined();
  });
});
