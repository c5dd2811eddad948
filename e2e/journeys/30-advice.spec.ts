import { alive, expect, test, type Who } from './test.js';

interface Advice {
  quota: { presentBytes: number | null; presentHitRate: number; goals: { bytes: number | null }[] } | null;
  silences: { kind: string; reason: string }[];
}

const MIB = 1_048_576;
const PLACES: readonly { who: Who; path: string; tenant: string; limit: string }[] = [
  { who: 'admin', path: '/tenants/org_northwind', tenant: 'org_northwind', limit: 'Limit now' },
  { who: 'northwind', path: '/my/quota', tenant: 'org_northwind', limit: 'Your limit' },
];

for (const { who, path, tenant, limit } of PLACES) {
  test(`the curve that ${who} sees is the advisor’s, with the limit in force marked`, async ({ as, api }) => {
    const advice = () => api.ask<Advice>(`/tenants/${tenant}/advice`);
    const page = await as(who);
    await page.goto(path);
    const section = page.getByRole('region', { name: 'Advice' });
    const { quota, silences } = await advice();
    for (const { reason } of silences.filter(({ kind }) => kind === 'growth')) {
      await expect(section).toContainText(reason.split(':')[0] ?? reason);
    }
    if (quota === null) {
      await expect(section).toContainText('There is no curve yet');
      return;
    }
    const mib = (quota.presentBytes ?? 0) / MIB;
    await expect(section).toContainText(new RegExp(`${limit}\\s*${mib}\\sMiB`));
    const table = section.getByRole('button', { name: 'Table' });
    await alive(table);
    await table.click();
    const row = section.getByRole('row').filter({ has: page.getByRole('rowheader', { name: `${mib} now` }) });
    const shown = Number(await row.getByRole('cell').first().textContent());
    // Requests go on between the two readings.
    expect(Math.abs(shown - 100 * quota.presentHitRate)).toBeLessThan(2);
    await expect(row.getByRole('cell').last()).toHaveText('0.0');
  });
}
