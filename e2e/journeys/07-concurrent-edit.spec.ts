import { alive, expect, test } from './test.js';

const TENANT = 'org_ibex';

test('who saves second is told what changed, and loses nothing of what was typed', async ({ as, api }) => {
  const quotaMb = async () => (await api.usage(TENANT)).quotaBytes / 1_048_576;
  const before = await quotaMb();
  const first = await as('admin');
  const second = await as('admin');
  for (const page of [first, second]) {
    await page.goto(`/tenants/${TENANT}/quota`);
    await alive(page.getByLabel('Quota', { exact: true }));
  }

  await second.getByLabel('Quota', { exact: true }).fill(String(before + 3));
  await second.getByLabel('Reason').fill('Agreed with their operations team');
  await expect(second.getByRole('button', { name: 'Raise quota' })).toBeVisible();

  await first.getByLabel('Quota', { exact: true }).fill(String(before + 1));
  await first.getByLabel('Reason').fill('Growth of the last month');
  await first.getByRole('button', { name: 'Raise quota' }).click();
  await expect(first.getByText('Quota of Ibex Arbitrage saved')).toBeVisible();

  await second.getByRole('button', { name: 'Raise quota' }).click();
  const note = second.getByRole('status').filter({ hasText: 'saved a change while this form was open' });
  await expect(note).toContainText('admin@example.com');
  await expect(note).toContainText('Nothing of yours was saved');
  await expect(note).toContainText(new RegExp(`quota.*from ${before}.*to ${before + 1}\\sMiB`));
  await expect(second.getByLabel('Quota', { exact: true })).toHaveValue(String(before + 3));
  await expect(second.getByLabel('Quota', { exact: true })).toHaveAccessibleDescription(
    new RegExp(`Now ${before + 1}\\sMiB`),
  );
  await expect(second.getByLabel('Reason')).toHaveValue('Agreed with their operations team');
  expect(await quotaMb()).toBe(before + 1);

  await note.getByRole('button', { name: 'Keep my entries' }).click();
  await second.getByRole('button', { name: 'Raise quota' }).click();
  await expect(second.getByText('Quota of Ibex Arbitrage saved')).toBeVisible();
  expect(await quotaMb()).toBe(before + 3);
});
