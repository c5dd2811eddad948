import { alive, expect, test } from './test.js';

test('the skip link comes first and leads to the content', async ({ as }) => {
  const page = await as('admin');
  await page.goto('/tenants');
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('main').locator(':focus')).toHaveCount(1);
});

test('keys choose the time range, but not while one types', async ({ as }) => {
  const page = await as('admin');
  await page.goto('/');
  await expect(page.getByRole('radio', { name: '1h' })).toBeChecked();
  // A key pressed before the page has come alive is lost, as for anybody: one presses again.
  await expect(async () => {
    await page.keyboard.press('2');
    await expect(page).toHaveURL(/[?&]range=24h/, { timeout: 1_000 });
  }).toPass();
  await expect(page.getByRole('radio', { name: '24h' })).toBeChecked();
  await page.keyboard.press('6');
  await expect(page).toHaveURL(/[?&]range=6h/);

  await page.goto('/tenants');
  const search = page.getByRole('searchbox', { name: 'Search tenants by name or id' });
  await alive(search);
  await search.focus();
  await page.keyboard.type('2f9c');
  await expect(page).toHaveURL(/search=2f9c/);
  await expect(page).not.toHaveURL(/range=/);
  await expect(page.getByRole('table').getByRole('link', { name: 'Kestrel Funds', exact: true })).toBeVisible();
});

test('a chart is read by arrow keys, and as a table', async ({ as }) => {
  const page = await as('admin');
  await page.goto('/tenants/org_quill');
  const plot = page.getByRole('group', { name: /Chart: left and right arrow keys read the values/ }).first();
  // A stack that has just started has no points to read yet.
  await expect(plot).toBeVisible({ timeout: 120_000 });
  await alive(plot);
  await plot.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(plot.locator('time')).toContainText(/\d\d:\d\d/);

  const figure = page.getByRole('figure').first();
  await figure.getByRole('button', { name: 'Table' }).focus();
  await page.keyboard.press('Enter');
  const values = figure.getByRole('region', { name: /^Values/ });
  await expect(values.getByRole('row').nth(1)).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(values).toBeFocused();
});

test('tenants are sorted and opened without a pointer', async ({ as }) => {
  const page = await as('admin');
  await page.goto('/tenants');
  const table = page.getByRole('table', { name: /^Tenants/ });
  await table.getByRole('columnheader', { name: 'Tenant' }).getByRole('link').focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/sort=name/);
  await expect(table.getByRole('columnheader', { name: 'Tenant' })).toHaveAttribute('aria-sort', /ascending/);
  await table.getByRole('rowheader').first().getByRole('link').focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/tenants\/[^/]+$/);
});

test('the navigation of small screens opens, closes by Escape and gives the focus back', async ({ as }) => {
  const page = await as('admin', { viewport: { width: 390, height: 844 } });
  await page.goto('/tenants');
  const open = page.getByRole('button', { name: 'Open navigation' });
  const panel = page.getByRole('dialog', { name: 'Navigation' });
  await alive(open);
  await open.press('Enter');
  await expect(panel.getByRole('link', { name: 'Audit log' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
  await expect(open).toBeFocused();
});
