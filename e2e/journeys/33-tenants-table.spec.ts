import type { Api } from '../stack/api.js';
import { alive, expect, test } from './test.js';

async function planAndItsTenants(api: Api) {
  const tenants = await api.tenants();
  const plan = tenants[0]?.plan ?? '';
  return { plan, ids: tenants.filter((one) => one.plan === plan).map(({ tenantId }) => tenantId) };
}

test('filters, order and page are in the address, and going back undoes them one by one', async ({ as, api }) => {
  const page = await as('admin');
  await page.goto('/tenants');
  const table = page.getByRole('table', { name: /^Tenants/ });
  const states = page.getByRole('radiogroup', { name: 'State' });
  const all = states.getByRole('radio', { name: /^All/ });
  await alive(all);
  const { plan, ids } = await planAndItsTenants(api);
  await page.getByRole('combobox', { name: 'Plan' }).selectOption(plan);
  await expect(page).toHaveURL(/[?&]plan=/);
  const names = async () => table.getByRole('rowheader').locator('code').allTextContents();
  await expect.poll(async () => (await names()).sort()).toEqual(ids.sort());

  await table.getByRole('columnheader', { name: 'Of quota' }).getByRole('link').click();
  await expect(page).toHaveURL(/[?&]sort=share/);
  await expect(table.getByRole('columnheader', { name: 'Of quota' })).toHaveAttribute('aria-sort', 'descending');
  await expect.poll(async () => (await names()).length).toBe(ids.length);

  await page.goBack();
  await expect(page).not.toHaveURL(/sort=/);
  await page.goBack();
  await expect(page).not.toHaveURL(/plan=/);
  await expect(all).toBeChecked();
});

test('what the address holds out of range is brought back, and the table is still there', async ({ as }) => {
  const page = await as('admin');
  await page.goto('/tenants?state=broken&plan=%00&sort=x&page=-7&page=2');
  await expect(page.getByRole('table', { name: /^Tenants, sorted by bytes in use, descending/ })).toBeVisible();
});

test('the export has the filters of the view', async ({ as, api }) => {
  const page = await as('admin');
  const { plan, ids } = await planAndItsTenants(api);
  const query = new URLSearchParams({ plan, sort: 'name' });
  const body = await (await page.request.get(`/api/tenants.csv?${query}`)).text();
  const exported = body
    .trim()
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(',')[0]);
  expect(exported.sort()).toEqual(ids.sort());
});

test('a name of 200 characters without a space pushes nothing out of the page', async ({ as, api }) => {
  const id = `long-${Date.now()}`;
  const name = 'Wwwwwwwwww'.repeat(20);
  await api.createTenant(id, name, 'a long name');
  try {
    const page = await as('admin');
    const paths = [
      `/tenants?search=${id}`,
      `/tenants/${id}`,
      `/tenants/${id}/quota`,
      `/tenants/${id}/entries`,
      `/alerts/rules/${id}`,
      `/settings/keys?search=${id}`,
      `/settings/keys?tenant=${id}`,
      `/audit?tenant=${id}`,
      `/billing?search=${id}`,
    ];
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      for (const path of paths) {
        await page.goto(path);
        await expect(page.getByText(name, { exact: false }).first(), path).toBeAttached();
        await expect(page.getByRole('status', { name: /load/i }), path).toHaveCount(0);
        const beyondPx = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect.soft(beyondPx, `${path} at ${width} px`).toBeLessThanOrEqual(0);
      }
    }
  } finally {
    await api.deleteTenant(id);
  }
});
