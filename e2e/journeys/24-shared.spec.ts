import { Prometheus } from '../stack/prometheus.js';
import { alive, expect, test } from './test.js';

const HOUR_MS = 3_600_000;
const MIB = 1_048_576;

test('the figures of shared data are those of the API and of Prometheus', async ({ as, api, stack }) => {
  test.setTimeout(120_000);
  const page = await as('admin');
  const prometheus = new Prometheus(stack.prometheusUrl);
  const [{ group } = { group: '' }] = (await api.ask<{ items: { group: string }[] }>('/shared/market/access')).items;
  const [exchange = '', symbol = ''] = group.split(':');
  const row = page
    .getByRole('table', { name: /^Groups of market/ })
    .getByRole('row')
    .filter({ hasText: group });

  await expect(async () => {
    const from = new Date(Math.floor((Date.now() - HOUR_MS) / HOUR_MS) * HOUR_MS);
    const reads = async () => {
      const query = new URLSearchParams({ group, from: from.toISOString(), pageSize: '1' });
      return (await api.ask<{ reads: number }>(`/shared/market/access?${query}`)).reads;
    };
    const window = `${Math.round((Date.now() - from.getTime()) / 1_000)}s`;
    const counted = async (family: string) => {
      const of = `tenantcache_market_symbol_${family}_total{exchange="${exchange}",symbol="${symbol}"}`;
      const [sample] = await prometheus.query(`sum(increase(${of}[${window}]))`);
      return sample?.value ?? 0;
    };
    const before = await reads();
    await page.goto(`/shared?${new URLSearchParams({ group })}`);
    const cells = await row.first().getByRole('cell').allTextContents();
    const [shown = 0, , , saved = 0] = cells.map((text) => Number(text.replaceAll(',', '')));
    expect(before).toBeGreaterThan(0);
    expect(shown).toBeGreaterThanOrEqual(before);
    expect(shown).toBeLessThanOrEqual(await reads());
    // Both ask at moments of their own, and growth between scrapes is an estimate.
    const expected = (await counted('answers')) - (await counted('calls'));
    expect(expected).toBeGreaterThan(0);
    expect(Math.abs(saved - expected)).toBeLessThan(0.1 * expected + 50);
  }).toPass({ timeout: 100_000 });

  const { quotaBytes } = await api.ask<{ quotaBytes: number }>('/shared/market');
  await page.goto('/shared/market');
  const budget = page.getByRole('region', { name: 'Budget' });
  await expect(budget).toContainText(`Budget${quotaBytes / MIB}\u00a0MiB`);
});

test('one symbol is invalidated for everybody, and the audit says who did it and why', async ({ as, api }) => {
  const reason = `wrong prices, seen at ${Date.now()}`;
  const page = await as('admin');
  await page.goto('/shared/market?prefix=binance:');
  const table = page.getByRole('table', { name: /^Entries of market/ });
  const group = (await table.getByRole('rowheader').first().textContent()) ?? '';
  const button = table.getByRole('button', { name: `Invalidate ${group}` }).first();
  await alive(button);
  await button.click();
  const dialog = page.getByRole('dialog', { name: `Invalidate ${group}` });
  await dialog.getByLabel('Reason').fill(reason);
  const askedAtMs = Date.now();
  await dialog.getByRole('button', { name: 'Invalidate', exact: true }).click();
  await expect(page.getByText(`All values of ${group} were invalidated`)).toBeVisible();

  // Traffic goes on: what is there by now was loaded after the click.
  const { items } = await api.ask<{ items: { createdAt: string }[] }>(
    `/shared/market/entries?${new URLSearchParams({ group })}`,
  );
  expect(items.filter(({ createdAt }) => Date.parse(createdAt) < askedAtMs)).toEqual([]);
  const audit = await api.ask<{ items: { actor: string; reason: string }[] }>('/audit?action=shared&pageSize=5');
  expect(audit.items).toContainEqual(expect.objectContaining({ actor: 'admin@example.com', reason }));
});
