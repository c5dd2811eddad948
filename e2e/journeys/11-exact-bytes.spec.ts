import { expectExactBytes } from '../stack/exact-bytes.js';
import { expect, test } from './test.js';

const HELD = new Set(['soft', 'hard']);

test('under traffic no tenant is above its hard limit', async ({ api }) => {
  const above: string[] = [];
  for (let look = 0; look < 5; look += 1) {
    let tenants = await api.tenants();
    // What the store did not say within its deadline is asked again.
    await expect
      .poll(async () => {
        tenants = await api.tenants();
        return tenants.filter(({ usage }) => usage === null);
      })
      .toEqual([]);
    for (const { tenantId, quota, usage } of tenants) {
      if (HELD.has(quota.enforcement) && (usage?.usedBytes ?? 0) > quota.hardLimitBytes) above.push(tenantId);
    }
  }
  expect(above).toEqual([]);
});

test('for each tenant the bytes counted are the bytes in Redis, and every key is of the grammar', async ({
  stack,
  api,
}) => {
  await expectExactBytes(stack, api);
});
