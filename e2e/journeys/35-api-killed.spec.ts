import { whileStopped } from '../stack/processes.js';
import { expect, test } from './test.js';

test('while the API is gone pages say so, show what is recorded, and change nothing', async ({ as, stack, api }) => {
  const page = await as('admin');
  const before = await api.tenants();
  await whileStopped(stack.dataDirectory, 'api', async () => {
    await page.goto('/tenants');
    const table = page.getByRole('table', { name: /^Tenants/ });
    await expect(table.getByRole('row')).toHaveCount(before.length + 1);
    await expect(page.getByText(/The API does not answer/).first()).toBeVisible();

    await page.goto('/');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByRole('status', { name: /load/i })).toHaveCount(0);
    await expect(page.getByText(/could not be loaded/)).toHaveCount(0);

    await page.goto('/audit');
    await expect(page.getByRole('region', { name: 'Audit log' })).toBeVisible();
    await expect(page.getByText(/could not be loaded/)).toHaveCount(0);
  });
  const versions = (tenants: typeof before) => tenants.map(({ tenantId, quota }) => [tenantId, quota.version]);
  await expect.poll(async () => versions(await api.tenants())).toEqual(versions(before));
  await page.goto('/tenants');
  await expect(page.getByText(/The API does not answer/)).toHaveCount(0);
});
