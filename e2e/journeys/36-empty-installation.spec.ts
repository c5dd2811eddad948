import type { Page } from '@playwright/test';
import { secondInstallation } from '../stack/second-installation.js';
import { expect, signInAt, test } from './test.js';

const PAGES = [
  '/',
  '/tenants',
  '/shared',
  '/warming',
  '/billing',
  '/alerts',
  '/audit',
  '/settings',
  '/settings/webhooks',
  '/settings/keys',
];
/** Of the cells behind the name of a dataset. */
const HIT_RATIO = 4;

test('an installation without any tenant says so on every page, with no figure made up', async ({
  page,
  stack,
  complaints,
}) => {
  const empty = await secondInstallation(stack, 'tc_e2e_empty');
  try {
    await signInAt(page, empty);
    for (const path of PAGES) {
      const answer = await page.goto(empty.dashboardUrl + path);
      expect.soft(answer?.status(), path).toBe(200);
      await expect(page.getByRole('heading', { level: 1 }), path).toBeVisible();
      await expect(page.getByRole('status', { name: /load/i }), path).toHaveCount(0);
      await expect.soft(page.getByText(/could not be loaded/), path).toHaveCount(0);
      const text = (await page.getByRole('main').textContent()) ?? '';
      expect.soft(text, path).not.toMatch(/NaN|undefined|Infinity|Invalid Date/);
      expect.soft(await besideBudgets(page), `${path}: no ratio without requests`).not.toMatch(/\b0(\.0)?\s%/);
    }
    await page.goto(`${empty.dashboardUrl}/shared`);
    const market = page.getByRole('region', { name: 'Datasets' }).getByRole('row', { name: /^market/ });
    await expect(market.getByRole('cell').nth(HIT_RATIO)).toHaveText(/^(–|no reads)$/);
    await page.goto(empty.dashboardUrl);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('No tenant yet');

    expect(complaints).toEqual([]);
    await test.step('a page that failed comes back when it is tried again', async () => {
      await empty.without('account_events', async () => {
        await page.goto(`${empty.dashboardUrl}/settings/people`);
        await expect(page.getByRole('heading', { name: 'This page could not be loaded' })).toBeVisible();
      });
      await page.getByRole('button', { name: 'Try again' }).click();
      await expect(
        page
          .getByRole('region', { name: /account/i })
          .or(page.getByText('Second admin'))
          .first(),
      ).toBeVisible();
    });
    complaints.length = 0;
  } finally {
    await empty.end();
  }
});

/** The text of the page but for its datasets: that nothing of a budget is used is known, and is 0 %. */
function besideBudgets(page: Page): Promise<string> {
  return page.getByRole('main').evaluate((main) => {
    const copy = main.cloneNode(true) as HTMLElement;
    for (const datasets of copy.querySelectorAll('section[aria-label="Datasets"]')) datasets.remove();
    return copy.textContent ?? '';
  });
}
