import { AdminScript } from '../stack/admin-script.js';
import { alive, expect, test } from './test.js';

interface Quota {
  quotaMb: number;
  overageAllowed: boolean;
  overageLimitMb: number;
  policy: string;
  enforcement: string;
  version: number;
}
interface Tenant {
  tenantId: string;
  plan: string;
  quota: Quota;
}
const PLAN = 'Scale';

test('all tenants of a plan get another overage at once, after a preview; those that have it are left alone', async ({
  as,
  stack,
}) => {
  const script = new AdminScript(stack);
  const all = async () => (await script.call<{ items: Tenant[] }>('/tenants?pageSize=100')).items;
  const before = await all();
  const planned = before.filter(({ plan }) => plan === PLAN);
  const overageMb = 1 + Math.max(...planned.map(({ quota }) => quota.overageLimitMb));
  const reason = `More room for the plan, ${Date.now()}`;
  const patch = (tenantId: string, ifMatch: number, terms: Partial<Quota>) =>
    script.call(`/tenants/${tenantId}/quota`, { method: 'PATCH', ifMatch, body: { ...terms, reason } });
  try {
    const [first] = planned;
    if (!first) throw new Error(`No tenant is on ${PLAN}.`);
    await patch(first.tenantId, first.quota.version, { overageAllowed: true, overageLimitMb: overageMb });

    const page = await as('admin');
    await page.goto('/settings');
    await page.getByRole('link', { name: PLAN, exact: true }).click();
    const quota = page.getByLabel('Quota', { exact: true });
    await alive(quota);
    const preview = page.getByRole('region', { name: 'Preview' });
    await quota.fill('1');
    await expect(preview).toContainText('Applying evicts');
    await expect(page.getByRole('checkbox')).toBeVisible();

    await quota.fill('');
    await page.getByLabel('Overage limit').fill(String(overageMb));
    await expect(preview).toContainText(
      `Of ${planned.length} tenants, ${planned.length - 1} would have other settings`,
    );
    const apply = page.getByRole('button', { name: `Apply to ${planned.length} tenants` });
    await apply.click();
    await expect(page.getByText('Say why. The audit log keeps it beside the change.')).toBeVisible();
    await page.getByLabel('Reason').fill(reason);
    await apply.click();
    await expect(page.getByText(`${planned.length - 1} tenants changed, 1 had it already`)).toBeVisible();

    for (const { tenantId, plan, quota } of before) {
      const now = (await all()).find((tenant) => tenant.tenantId === tenantId)?.quota;
      const terms = plan === PLAN ? { ...quota, overageAllowed: true, overageLimitMb: overageMb } : quota;
      const { quotaMb, overageLimitMb, policy, enforcement } = terms;
      expect.soft(now, tenantId).toMatchObject({ quotaMb, overageLimitMb, policy, enforcement });
    }
    await page.goto(`/audit`);
    await expect(page.getByRole('row').filter({ hasText: reason })).toHaveCount(planned.length);
  } finally {
    for (const { tenantId, quota } of await all()) {
      const was = planned.find((tenant) => tenant.tenantId === tenantId)?.quota;
      if (!was || was.version === quota.version) continue;
      const { quotaMb, overageAllowed, overageLimitMb, policy, enforcement } = was;
      await patch(tenantId, quota.version, { quotaMb, overageAllowed, overageLimitMb, policy, enforcement });
    }
  }
});
