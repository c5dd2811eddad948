import { whileStopped } from '../stack/processes.js';
import { expect, test } from './test.js';

test('while Prometheus is stopped the charts say so and show the history in Postgres', async ({ as, stack }) => {
  const page = await as('admin');
  const note = page.getByRole('status').filter({ hasText: /Prometheus (does not answer|takes longer than 2 seconds)/ });
  await whileStopped(stack.dataDirectory, 'prometheus', async () => {
    await page.goto('/');
    await expect(note).toContainText('Charts show the history in Postgres');
    await expect(page.getByText('Stale')).toBeVisible();
    await expect(page.getByText(/could not be loaded$/)).toHaveCount(0);
    await expect(page.getByText(/From Postgres history/).first()).toBeVisible();

    await page
      .getByRole('navigation', { name: 'Main' })
      .getByRole('link', { name: /^Tenants/ })
      .click();
    await expect(page.getByRole('table', { name: /^Tenants/ }).getByRole('row')).toHaveCount(13);
    await page.goto('/tenants/org_ibex');
    await expect(note).toBeVisible();
    await expect(page.getByRole('figure').first()).toBeVisible();
  });
  // It turns back by itself.
  await expect(note).toBeHidden({ timeout: 120_000 });
});
