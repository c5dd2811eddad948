import { alive, expect, test } from './test.js';

const TENANT = 'org_marlow_finch';
const NAME = 'Marlow & Finch';
/** No other run of the journey gives it. */
const REASON = `The source corrected its prices, ${Date.now()}`;

interface Page {
  items: { resource: string; key: string; createdAt: string; expiresAt: string }[];
}

test('an admin finds an entry, looks at its value, and takes it away by its prefix', async ({ as, api }) => {
  const list = (resource: string, prefix = '') =>
    api.ask<Page>(`/tenants/${TENANT}/entries?${new URLSearchParams({ resource, prefix, limit: '500' })}`);
  const any = async () => (await api.ask<Page>(`/tenants/${TENANT}/entries?limit=500`)).items;
  // What lives longest is still there when it is looked at.
  await expect.poll(async () => (await any()).length, { timeout: 60_000 }).toBeGreaterThan(0);
  const page = await as('admin');
  await page.goto(`/tenants/${TENANT}/entries`);
  const resource = page.getByLabel('Resource', { exact: true });
  await alive(resource);
  const longest = (await any()).toSorted((a, b) => b.expiresAt.localeCompare(a.expiresAt))[0];
  if (!longest) throw new Error(`${NAME} has no entries.`);
  await resource.selectOption(longest.resource);
  await page.waitForURL((url) => url.searchParams.get('resource') === longest.resource);
  await page.getByLabel('Keys that begin with').fill(longest.key);
  await page.waitForURL((url) => url.searchParams.get('prefix') === longest.key);
  const row = page.getByRole('button', { name: longest.key, exact: true });
  await expect(row).toBeVisible();

  await row.click();
  const dialog = page.getByRole('dialog', { name: longest.key });
  await expect(dialog).toContainText('the shared store (L2)');
  await dialog.getByLabel('Why do you look at the value?').fill(REASON);
  await dialog.getByRole('button', { name: 'Show the value' }).click();
  await expect(dialog.getByRole('region', { name: 'Value' }).or(dialog.getByText('so it is not shown'))).toBeVisible();
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();

  const createdAt = async () =>
    (await list(longest.resource, longest.key)).items.find(({ key }) => key === longest.key)?.createdAt;
  const before = await createdAt();
  expect(before).toBeDefined();
  await page.getByRole('button', { name: 'Invalidate', exact: true }).click();
  const ask = page.getByRole('dialog', { name: `Invalidate entries of ${NAME}` });
  await ask.getByRole('radio', { name: 'Prefix' }).click();
  await ask.getByLabel('Keys begin with').fill(longest.key);
  await ask.getByLabel('Reason').fill(REASON);
  await ask.getByRole('button', { name: 'Invalidate', exact: true }).click();
  await expect(page.getByText(`Invalidated keys of ${longest.resource}`)).toBeVisible();
  // The demo's traffic may have asked for it again: then it is another one.
  expect(await createdAt()).not.toBe(before);

  await page.goto(`/audit?tenant=${TENANT}`);
  const rows = page.getByRole('row').filter({ hasText: REASON });
  await expect(rows).toHaveCount(2);
  for (const text of await rows.allTextContents()) expect(text).not.toContain(longest.key);
});
