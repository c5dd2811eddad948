import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { postgresUsage } from '../../src/postgres/index.js';
import { type UsageSinkUnderTest, usageSinkContract } from '../../src/testing/usage-sink-contract.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

usageSinkContract({ describe, it: (name, body) => it(name, body, 60_000) }, 'Postgres', async () => {
  const open = () => postgresUsage({ url: test.appUrl, adminUrl: test.adminUrl }) as UsageSinkUnderTest['near'];
  const [near, far] = [open(), open()];
  return {
    near,
    far,
    close: async () => {
      await Promise.all([near.close(), far.close()]);
    },
  };
});
