import { AlertsApi } from '../stack/alerts.js';
import { accountOf, expect, test } from './test.js';

const NOTE = 'Looking at it, the plan will be changed';

test('an admin acknowledges an alert, and the audit says who and why', async ({ as, stack, api }) => {
  const alerts = new AlertsApi(stack);
  const known = new Map((await api.tenants()).map(({ tenantId, name }) => [tenantId, name]));
  // What has been open for longest is the least likely to end meanwhile.
  const fresh = async () =>
    (await alerts.openAlerts())
      .reverse()
      .find(
        ({ acknowledgedAt, kind, tenantId }) =>
          kind === 'quota' && acknowledgedAt === null && known.has(tenantId ?? ''),
      );
  // Traffic fills the quotas of the demo within minutes of its start; by now it has.
  await expect.poll(fresh, { timeout: 120_000 }).toBeDefined();
  const alert = await fresh();
  if (!alert) throw new Error('The alert ended meanwhile.');
  const name = known.get(alert.tenantId ?? '') ?? '';

  const page = await as('admin');
  await page.goto(`/alerts?tenant=${alert.tenantId}`);
  const what = `Reached ${alert.threshold}\u00a0% of quota`;
  await page.getByRole('button', { name: `Acknowledge: ${name}, ${what}` }).click();
  await page.getByRole('dialog').getByLabel('Reason').fill(NOTE);
  await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click();
  const { email } = accountOf(stack, 'admin');
  const open = page.getByRole('region', { name: 'Alerts' });
  await expect(open.getByRole('row').filter({ hasText: what })).toContainText(email);
  expect((await alerts.openAlerts(alert.tenantId ?? '')).find(({ id }) => id === alert.id)?.acknowledgedBy).toBe(email);

  await page.goto(`/audit?tenant=${alert.tenantId}`);
  const entry = page.getByRole('row').filter({ hasText: NOTE }).first();
  await expect(entry).toContainText('Alert acknowledged');
  await expect(entry).toContainText(email);
});
