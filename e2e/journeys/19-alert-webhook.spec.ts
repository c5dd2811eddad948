import { createHmac } from 'node:crypto';
import { AlertsApi } from '../stack/alerts.js';
import type { Api } from '../stack/api.js';
import { Listener, type Message } from '../stack/listener.js';
import { expect, test } from './test.js';

const MIB = 1_048_576;
const REASON = 'An alert must reach its listener';
/** The patrol looks at every tenant within a minute, and a delivery leaves within a second or two. */
const RAISED_MS = 120_000;

function signedWith(secret: string, { signature, raw }: Message): boolean {
  const [, seconds, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
  return mac === createHmac('sha256', secret).update(`${seconds}.${raw}`).digest('hex');
}

/** One that stores something and that nobody was told of yet: its use is to reach 100 % now. */
async function calmTenant(api: Api, alerts: AlertsApi) {
  const raised = new Set(
    (await alerts.openAlerts()).filter(({ threshold }) => threshold === 100).map(({ tenantId }) => tenantId),
  );
  return (await api.tenants()).find(
    ({ tenantId, usage, quota }) =>
      !raised.has(tenantId) && (usage?.usedBytes ?? 0) >= 2 * MIB && (usage?.usedBytes ?? 0) < quota.quotaBytes,
  );
}

test('an alert fires and its signed message arrives at a listener', async ({ as, api, stack }) => {
  const alerts = new AlertsApi(stack);
  await expect.poll(() => calmTenant(api, alerts), { timeout: RAISED_MS }).toBeDefined();
  const tenant = await calmTenant(api, alerts);
  if (!tenant?.usage) throw new Error('Every tenant was alerted meanwhile.');
  const { tenantId, name } = tenant;
  const listener = new Listener();
  const url = await listener.listen();
  const undo: (() => Promise<unknown>)[] = [() => listener.close()];
  try {
    const page = await as('admin');
    await page.goto('/settings/webhooks');
    await page.getByRole('button', { name: 'Add webhook' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('URL').fill(url);
    await dialog.getByText('One tenant').click();
    await dialog.getByLabel('Tenant id').fill(tenantId);
    await dialog.getByLabel('Reason').fill(REASON);
    await dialog.getByRole('button', { name: 'Add webhook' }).click();
    const secret = await page.getByRole('textbox', { name: 'Secret' }).inputValue();
    const [webhookId = ''] = await alerts.webhookIds(tenantId);
    undo.push(async () => (await alerts.webhookIds(tenantId)).includes(webhookId) && alerts.deleteWebhook(webhookId));
    await page.getByRole('button', { name: 'I have kept it' }).click();
    await page.waitForURL(`**/settings/webhooks/${webhookId}`);

    await page.getByRole('button', { name: 'Send test' }).click();
    await expect(page.getByText(/^The test message arrived: 204 in/)).toBeVisible();
    expect(listener.messages.map(({ json }) => json.type)).toEqual(['ping']);

    // What it uses is more than the quota then, and nothing has to be evicted for that.
    const lower = {
      quotaMb: Math.max(1, Math.floor((0.8 * tenant.usage.usedBytes) / MIB)),
      overageAllowed: true,
      overageLimitMb: 1_000,
    };
    undo.push(await alerts.changeQuota(tenantId, lower, REASON));
    const told = () =>
      listener.messages.find(({ json }) => json.type === 'alert.raised' && json.alert?.threshold === 100);
    await expect.poll(told, { timeout: RAISED_MS }).toBeDefined();
    for (const message of listener.messages) expect(signedWith(secret, message)).toBe(true);
    expect(told()?.json.tenantId).toBe(tenantId);
    expect((await alerts.openAlerts(tenantId)).map(({ id }) => id)).toContain(told()?.json.alert?.id);

    await page.goto(`/alerts?tenant=${tenantId}`);
    const row = page
      .getByRole('region', { name: 'Alerts' })
      .getByRole('row')
      .filter({ hasText: /Reached 100\s%/ });
    await expect(row.getByRole('link', { name, exact: true })).toBeVisible();
    await expect(row).toContainText('Exceeded');

    await page.goto(`/settings/webhooks/${webhookId}`);
    await page.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByLabel('Reason').fill(REASON);
    await dialog.getByRole('button', { name: 'Delete webhook' }).click();
    await page.waitForURL('**/settings/webhooks');
    expect(await alerts.webhookIds(tenantId)).not.toContain(webhookId);
  } finally {
    for (const step of undo.reverse()) await step();
  }
});
