import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from './test.js';

const IN_README = fileURLToPath(new URL('../../docs/images/overview.png', import.meta.url));

test('the overview looks as the README shows it', async ({ as }, info) => {
  const page = await as('admin');
  await page.goto('/');
  await expect(page.getByRole('status', { name: /load/i })).toHaveCount(0);
  await expect(page.getByRole('table', { name: /^Tenants with most bytes/ })).toBeVisible();
  // The plots are drawn once their width is known.
  for (const nth of [0, 1])
    await expect(page.getByRole('figure').nth(nth).locator('.recharts-surface path').first()).toBeVisible();
  const file = info.outputPath('overview.png');
  await page.screenshot({ path: file, animations: 'disabled' });
  await info.attach('overview.png', { path: file, contentType: 'image/png' });
  // A run of the tests leaves the checkout as it was.
  if (existsSync(IN_README) && process.env.UPDATE_SCREENSHOT !== '1') return;
  mkdirSync(path.dirname(IN_README), { recursive: true });
  copyFileSync(file, IN_README);
});
