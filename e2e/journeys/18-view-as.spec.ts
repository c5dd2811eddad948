import { accountOf, alive, expect, test } from './test.js';

test('staff sees a tenant’s pages as it does, read only, and the audit says so with both names', async ({
  as,
  api,
  stack,
}) => {
  const tenant = (await api.tenants()).find(({ tenantId }) => tenantId === 'org_quill');
  if (!tenant) throw new Error('The demo has no org_quill.');
  const reason = `Journey ${Date.now()}`;
  const admin = await as('admin');
  await admin.goto(`/tenants/${tenant.tenantId}`);
  const begin = admin.getByRole('button', { name: 'View as tenant' });
  await alive(begin);
  await begin.click();
  const dialog = admin.getByRole('dialog');
  await dialog.getByLabel('Reason').fill(reason);
  await dialog.getByRole('button', { name: 'View as tenant' }).click();
  await admin.waitForURL('**/usage');

  const other = await admin.context().newPage();
  try {
    const banner = admin.getByRole('region', { name: 'View as tenant' });
    await expect(banner).toContainText(`You see what ${tenant.name} sees. Read only. Ends at`);
    // The fleet is closed, whatever address is asked for, and no other tenant is to be had.
    await admin.goto('/tenants/org_aster_quant/quota');
    await expect(admin).toHaveURL(/\/usage$/);
    expect((await admin.request.get('/api/tenants/org_aster_quant/now')).status()).toBe(404);
    await admin.goto('/my/keys');
    await expect(banner).toBeVisible();
    await expect(admin.getByRole('button', { name: 'Create key' })).toHaveCount(0);
    await other.goto('/usage');
    await expect(other.getByRole('region', { name: 'View as tenant' })).toBeVisible();
  } finally {
    await admin.goto('/usage');
    const end = admin.getByRole('button', { name: 'End view' });
    await alive(end);
    await end.click();
  }
  await expect(admin).toHaveURL(new RegExp(`/tenants/${tenant.tenantId}$`));

  // A tab that still shows the tenant's pages finds out with its next figures.
  await expect(other.getByRole('heading', { name: 'There is no such page' })).toBeVisible({ timeout: 30_000 });
  await expect(other.getByRole('link', { name: 'Go to the overview' })).toBeVisible();
  await other.close();

  await admin.goto(`/audit?tenant=${tenant.tenantId}`);
  const began = admin.getByRole('row').filter({ hasText: reason });
  await expect(began).toContainText('View as tenant began');
  await expect(began).toContainText(accountOf(stack, 'admin').email);
  await expect(began).toContainText(`as a viewer of ${tenant.tenantId}`);
});
