import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test, type Who } from './test.js';

const THEMES = ['light', 'dark'] as const;
const SIZES = [
  { width: 1440, height: 1000 },
  { width: 390, height: 844 },
];

const PAGES: readonly { name: string; who: Who | undefined; path: string }[] = [
  { name: 'sign in', who: undefined, path: '/login' },
  { name: 'overview', who: 'admin', path: '/' },
  { name: 'tenants', who: 'admin', path: '/tenants' },
  { name: 'tenant', who: 'admin', path: '/tenants/org_ibex' },
  { name: 'quota edit', who: 'admin', path: '/tenants/org_ibex/quota' },
  { name: 'audit', who: 'admin', path: '/audit' },
  { name: 'usage', who: 'aster', path: '/usage' },
  { name: '404', who: 'admin', path: '/no-such-page' },
];

for (const { name, who, path } of PAGES) {
  test(`${name}: axe finds nothing, and nothing scrolls sideways`, async ({ as, page: anonymous }) => {
    const page = who ? await as(who) : anonymous;
    await page.goto(path);
    for (const size of SIZES) {
      await page.setViewportSize(size);
      for (const theme of THEMES) {
        await page.emulateMedia({ colorScheme: theme });
        await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
        await whole(page);
        const { violations } = await new AxeBuilder({ page }).analyze();
        const found = violations.map(({ id, nodes }) => ({ id, where: nodes.map(({ target }) => String(target)) }));
        expect.soft(found, `${theme}, ${size.width} px`).toEqual([]);
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect.soft(sideways, `sideways scroll, ${size.width} px`).toBeLessThanOrEqual(0);
      }
    }
  });
}

/** Every block has come. */
async function whole(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByRole('status', { name: /load/i })).toHaveCount(0);
}
