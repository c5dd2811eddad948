import { alive, expect, test } from './test.js';

test('by keys alone: to a tenant, to its quota, back, and to the list of keys', async ({ as }) => {
  const page = await as('admin');
  await page.goto('/audit');
  const opener = page.getByRole('button', { name: /^Jump to tenant/ });
  await alive(opener);
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Jump to' });
  await expect(palette.getByRole('combobox')).toBeFocused();

  await page.keyboard.type('ibex');
  await expect(palette.getByRole('option', { name: /^Ibex Arbitrage/, selected: true })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/tenants\/org_ibex$/);
  await expect(palette).toBeHidden();

  await page.keyboard.press('Control+k');
  await page.keyboard.type('edit quota');
  await expect(palette.getByRole('option', { name: /^Edit the quota/, selected: true })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/tenants\/org_ibex\/quota$/);
  await expect(page.getByLabel(/^Reason/)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/\/tenants\/org_ibex$/);

  await page.keyboard.press('?');
  const keys = page.getByRole('dialog', { name: 'Keys' });
  await expect(keys.getByText('The last 24 hours')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(keys).toBeHidden();
});

test('a search that fails says so, and is tried again', async ({ as, complaints }) => {
  const page = await as('admin');
  await page.goto('/audit');
  await alive(page.getByRole('button', { name: /^Jump to tenant/ }));
  await page.route('**/api/tenants/search?*', (route) => route.fulfill({ status: 503, body: '{}' }));
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Jump to' });
  await page.keyboard.type('quill');
  await expect(palette.getByText('The search for tenants failed.')).toBeVisible();
  await page.unroute('**/api/tenants/search?*');
  await palette.getByRole('option', { name: /Try again$/ }).click();
  await expect(palette.getByRole('option', { name: /^Quill Markets/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(palette).toBeHidden();
  complaints.length = 0;
});

test('a tenant’s user jumps to their own pages, and finds no other tenant', async ({ as }) => {
  const page = await as('aster');
  await page.goto('/usage');
  await alive(page.getByRole('button', { name: /^Jump to page/ }));
  const searches: string[] = [];
  page.on('request', (request) => void (request.url().includes('/api/tenants') && searches.push(request.url())));
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Jump to' });
  await page.keyboard.type('ibex');
  await expect(palette.getByText('Nothing matches “ibex”')).toBeVisible();
  expect((await page.request.get('/api/tenants/search?q=ibex')).status()).toBe(404);
  expect(searches).toEqual([]);
});

test('any page finds where a thing is done by what it is called', async ({ as }) => {
  const page = await as('admin');
  await page.goto('/audit');
  await alive(page.getByRole('button', { name: /^Jump to tenant/ }));
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Jump to' });
  await page.keyboard.type('quo');
  await expect(palette.getByRole('option', { name: /^Tenants/ })).toBeVisible();
  await palette.getByRole('combobox').fill('password');
  await expect(palette.getByRole('option', { name: /^Settings: People/ })).toBeVisible();
  await palette.getByRole('option', { name: /^Your account/ }).click();
  await expect(page).toHaveURL(/\/account$/);
});
