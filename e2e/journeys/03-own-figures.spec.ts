import { expect, test } from './test.js';

const OWN = 'org_aster_quant';
const OTHER = 'org_northwind';

test('a tenant’s user sees the tenant’s own figures and no other name', async ({ as, api }) => {
  const page = await as('aster');
  await expect(page).toHaveURL(/\/usage$/);
  const main = page.getByRole('main');
  await expect(main).toContainText(/16\sMiB/);
  await expect(main).toContainText(/\d+\.\d\sMiB/);
  const html = await page.content();
  for (const { tenantId, name } of await api.tenants()) {
    if (tenantId !== OWN) expect.soft(html.includes(tenantId) || html.includes(name), name).toBe(false);
  }
});

test('for a tenant’s user, pages of others and of admins do not exist', async ({ as }) => {
  const page = await as('aster');
  const paths = ['/tenants', '/audit', `/tenants/${OTHER}`, `/tenants/${OTHER}/quota`, `/tenants/${OWN}`];
  for (const path of [...paths, `/usage/${OTHER}`, '/no-such-page']) {
    const answer = await page.goto(path);
    expect.soft(answer?.status(), path).toBe(404);
    await expect.soft(page.getByRole('heading', { name: 'There is no such page' }), path).toBeVisible();
    expect.soft(await page.content(), path).not.toContain('Northwind');
  }
  await page.goto(`/usage?tenant=${OTHER}&tenantId=${OTHER}`);
  await expect(page.getByRole('main')).not.toContainText('Northwind');
});

test('nobody sees anything without signing in', async ({ page }) => {
  for (const path of ['/', '/tenants', `/tenants/${OWN}`, '/audit', '/usage']) {
    await page.goto(path);
    await expect.soft(page, path).toHaveURL(/\/login/);
  }
  for (const route of [
    '/api/tenants.csv',
    '/api/overview/requests',
    `/api/tenants/${OWN}/requests`,
    '/api/usage/requests',
  ]) {
    expect.soft((await page.request.get(route)).status(), route).toBe(401);
  }
});
