import { AdminScript } from '../stack/admin-script.js';
import { whileStopped } from '../stack/processes.js';
import { secondInstallation } from '../stack/second-installation.js';
import { seeded } from '../stack/seed.js';
import { alive, expect, signInAt, test } from './test.js';

const TENANT = 'scale_00001';

test('while the API does not answer pages say so, show what is recorded, and change nothing', async ({
  as,
  stack,
  api,
}) => {
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

test('an API that is killed while a quota is saved leaves no doubt, and is used again once it is back', async ({
  page,
  stack,
}) => {
  const second = await secondInstallation(stack, 'tc_e2e_killed', seeded(3));
  try {
    const script = new AdminScript(stack, second.apiUrl);
    const quota = () => script.call<{ quotaMb: number; version: number }>(`/tenants/${TENANT}/quota`);
    const before = await quota();

    await signInAt(page, second);
    await page.goto(`${second.dashboardUrl}/tenants/${TENANT}/quota`);
    const field = page.getByLabel('Quota', { exact: true });
    await alive(field);
    await field.fill(String(before.quotaMb + 1));
    await page.getByLabel('Reason').fill('Growth of the last month');
    const save = page.getByRole('button', { name: 'Raise quota' });
    await expect(save).toBeVisible();

    await second.killApi();
    await save.click();
    await expect(page.getByText(/API did not answer, so it is not known whether this was saved/)).toBeVisible();
    await expect(field).toHaveValue(String(before.quotaMb + 1));
    for (const path of ['/', '/tenants', `/tenants/${TENANT}`, '/audit', '/billing']) {
      const other = await page.context().newPage();
      await other.goto(second.dashboardUrl + path);
      await expect(other.getByRole('heading', { level: 1 }), path).toBeVisible();
      await expect(other.getByRole('status', { name: /load/i }), path).toHaveCount(0);
      await expect(other.getByText('This page could not be loaded'), path).toHaveCount(0);
      await other.close();
    }

    await second.startApi();
    expect(await quota()).toEqual(before);
    await save.click();
    await expect(page.getByText(/^Quota of .* saved$/)).toBeVisible();
    expect(await quota()).toMatchObject({ quotaMb: before.quotaMb + 1, version: before.version + 1 });
  } finally {
    await second.end();
  }
});
