import { AdminScript } from '../stack/admin-script.js';
import { alive, expect, test } from './test.js';

interface Fleet {
  enforcedPercentage: number;
  enforcementOfOthers: string;
  sharedStoreBypassed: boolean;
  version: number;
}
const REASON = 'Rolled out to half of the fleet first';

test('enforcement of all tenants is changed with a reason; who is slower is told and overwrites nothing', async ({
  as,
  stack,
}) => {
  const script = new AdminScript(stack);
  const fleet = () => script.call<Fleet>('/fleet');
  const before = await fleet();
  const change = (body: object) =>
    fleet().then(({ version: ifMatch }) => script.call('/fleet', { method: 'PATCH', ifMatch, body }));
  try {
    const page = await as('admin');
    await page.goto('/settings/enforcement');
    const open = page.getByRole('button', { name: 'Change enforcement' });
    await alive(open);
    await open.click();
    const dialog = page.getByRole('dialog', { name: 'Change enforcement of all tenants' });
    await dialog.getByLabel('Enforced share, %').fill('99.5');
    await dialog.getByRole('button', { name: /^Enforce 99.5/ }).click();
    await expect(dialog.getByText('Give a reason of 3 to 500 characters.')).toBeVisible();
    await dialog.getByLabel('Reason').fill(REASON);

    // While the dialog is open, somebody else is faster.
    await change({ enforcedPercentage: 99, reason: 'The journey’s other admin' });
    await dialog.getByRole('button', { name: /^Enforce 99.5/ }).click();
    const note = dialog.getByRole('status').filter({ hasText: 'saved a change while this was open' });
    await expect(note).toContainText('e2e@example.com');
    await expect(note).toContainText(/to 99\s%/);
    expect((await fleet()).enforcedPercentage).toBe(99);

    await dialog.getByRole('button', { name: /^Enforce 99.5/ }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByRole('heading', { level: 1 })).toContainText(/holds for 99.5\s% of them/);
    expect((await fleet()).enforcedPercentage).toBe(99.5);

    const { items } = await script.call<{ items: object[] }>('/audit?action=fleet&pageSize=1');
    expect(items[0]).toMatchObject({
      actor: 'admin@example.com',
      reason: REASON,
      before: { enforcedPercentage: 99 },
      after: { enforcedPercentage: 99.5 },
    });

    await page.goto('/audit');
    const filter = page.getByRole('combobox', { name: 'What was done' });
    await alive(filter);
    await filter.selectOption({ label: 'All tenants' });
    await expect(page).toHaveURL(/[?&]action=fleet/);
    await expect(page.getByRole('row').nth(1)).toContainText('All tenants changed');
    await expect(page.getByRole('link', { name: 'Export CSV' })).toHaveAttribute('href', /[?&]action=fleet/);
  } finally {
    const { enforcedPercentage, enforcementOfOthers } = before;
    await change({ enforcedPercentage, enforcementOfOthers, reason: 'the journey is over' });
  }
});

test('the kill switch asks first, says on the page that it is on, and is lifted again', async ({ as, stack }) => {
  const script = new AdminScript(stack);
  const fleet = () => script.call<Fleet>('/fleet');
  const page = await as('admin');
  try {
    await page.goto('/settings/enforcement');
    const bypass = page.getByRole('button', { name: 'Bypass the shared store' });
    await alive(bypass);
    await bypass.click();
    await page.keyboard.press('Escape');
    await expect(bypass).toBeFocused();
    expect((await fleet()).sharedStoreBypassed).toBe(false);

    await bypass.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('Redis answers late');
    await dialog.getByRole('button', { name: 'Bypass the shared store' }).click();
    await expect(page.getByText('The kill switch is on')).toBeVisible();
    expect((await fleet()).sharedStoreBypassed).toBe(true);

    await page.getByRole('button', { name: 'Use the shared store again' }).click();
    await dialog.getByLabel('Reason').fill('Redis answers in time again');
    await dialog.getByRole('button', { name: 'Use the shared store' }).click();
    await expect(page.getByText('The kill switch is on')).toBeHidden();
    expect((await fleet()).sharedStoreBypassed).toBe(false);
  } finally {
    const { version: ifMatch, sharedStoreBypassed } = await fleet();
    const body = { sharedStoreBypassed: false, reason: 'the journey is over' };
    if (sharedStoreBypassed) await script.call('/fleet', { method: 'PATCH', ifMatch, body });
  }
});
