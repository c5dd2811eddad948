import { expect, test } from './test.js';

test('an admin sees the traffic of the fleet and who holds most bytes', async ({ as }) => {
  const page = await as('admin');
  await page.goto('/');
  // The first figures come with the second scrape; the page refreshes itself every 10 seconds.
  const patient = { timeout: 120_000 };
  const figures = page.getByLabel(/^Fleet figures/);
  const figure = (name: string) => figures.locator('div', { has: page.getByText(name, { exact: true }) });
  await expect(figure('Hit ratio, by requests')).toContainText(/\d+\.\d\s%/, patient);
  await expect(figure('Requests')).toContainText(/[1-9][\d.,]*\s?\/s/, patient);
  await expect(figure('Bytes served')).toContainText(/[1-9]/, patient);

  const top = page.getByRole('table', { name: /^Tenants with most bytes/ });
  await expect(top.getByRole('row').nth(5)).toBeVisible(patient);
  await expect(top.getByRole('link', { name: 'Aster Quant' })).toHaveAttribute('href', '/tenants/org_aster_quant');
});

test('the time range is kept in the address, over reload and going back', async ({ as }) => {
  const page = await as('admin');
  await page.goto('/');
  const range = page.getByRole('radiogroup', { name: 'Time range' });
  await expect(range.getByRole('radio', { name: '1h' })).toBeChecked();
  await range.getByRole('radio', { name: '6h' }).click();
  await expect(page).toHaveURL(/[?&]range=6h/);
  await page.reload();
  await expect(range.getByRole('radio', { name: '6h' })).toBeChecked();
  await range.getByRole('radio', { name: '24h' }).click();
  await expect(page).toHaveURL(/[?&]range=24h/);
  // Going back before the range has come would race with the router, which puts the address once more when it has.
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  await page.goBack();
  await expect(page).toHaveURL(/[?&]range=6h/);
  await expect(range.getByRole('radio', { name: '6h' })).toBeChecked();
});
