import { expectExactBytes } from '../stack/exact-bytes.js';
import { whileStopped } from '../stack/processes.js';
import { expect, test } from './test.js';

const PATHS = ['/prices/BTCUSDT', '/candles/ETHUSDT?timeframe=1h&limit=50', '/portfolios', '/me/usage'];

test('while Redis is stopped the API and the dashboard answer; afterwards usage is exact again', async ({
  as,
  api,
  stack,
}) => {
  const page = await as('admin');
  await whileStopped(stack.dataDirectory, 'redis', async () => {
    const statuses: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      for (const { tenantId } of stack.signIns) {
        if (tenantId === null) continue;
        const paths = [...PATHS, `/analysis/outage-${round}?windows=2`];
        for (const path of paths) statuses.push((await api.get(tenantId, path)).status);
      }
    }
    expect(statuses.filter((status) => status !== 200)).toEqual([]);

    await page.goto('/tenants');
    const table = page.getByRole('table', { name: /^Tenants/ });
    await expect(table.getByRole('row')).toHaveCount(13);
    await expect(page.getByText('The shared cache store does not answer')).toBeVisible();
    await expect(table.getByText('Unknown').filter({ visible: true })).toHaveCount(12);

    await page.goto('/');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByText('This page could not be loaded')).toBeHidden();
    await expect(page.getByRole('status', { name: /load/i })).toHaveCount(0);
    await expect(page.getByText(/could not be loaded$/)).toHaveCount(0);
  });

  await expect.poll(async () => (await api.tenants()).every(({ usage }) => usage !== null)).toBe(true);
  await expectExactBytes(stack, api);
  await page.goto('/tenants');
  await expect(page.getByText('The shared cache store does not answer')).toBeHidden();
});
