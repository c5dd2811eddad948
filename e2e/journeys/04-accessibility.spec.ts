import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test, type Who } from './test.js';

/** Each theme and each width is looked at once on every page. */
const LOOKS = [
  { theme: 'light', width: 1440, height: 1000 },
  { theme: 'dark', width: 390, height: 844 },
] as const;

const PAGES: readonly { who: Who | undefined; paths: readonly string[] }[] = [
  { who: undefined, paths: ['/login'] },
  {
    who: 'admin',
    paths: [
      '/',
      '/tenants',
      '/tenants/org_ibex',
      '/tenants/org_ibex/quota',
      '/tenants/org_ibex/entries',
      '/audit',
      '/no-such-page',
    ],
  },
  { who: 'admin', paths: ['/shared', '/shared/market', '/warming', '/billing', '/alerts', '/alerts/rules/org_ibex'] },
  {
    who: 'admin',
    paths: [
      '/settings',
      '/settings/enforcement',
      '/settings/webhooks',
      '/settings/keys',
      '/settings/people',
      '/account',
    ],
  },
  { who: 'aster', paths: ['/usage', '/my/quota', '/my/statements', '/my/keys', '/my/alerts', '/account'] },
];

for (const { who, paths } of PAGES) {
  test(`${who ?? 'nobody'}, ${paths[0]} and so on: axe finds nothing, and nothing scrolls sideways`, async ({
    as,
    page: anonymous,
  }) => {
    const page = who ? await as(who) : anonymous;
    for (const path of paths) {
      await page.goto(path);
      for (const { theme, width, height } of LOOKS) {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme: theme });
        await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
        await whole(page);
        const { violations } = await new AxeBuilder({ page }).analyze();
        const found = violations.map(({ id, nodes }) => ({ id, where: nodes.map(({ target }) => String(target)) }));
        expect.soft(found, `${path}, ${theme}, ${width} px`).toEqual([]);
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect.soft(sideways, `${path}: sideways scroll, ${width} px`).toBeLessThanOrEqual(0);
      }
    }
  });
}

/** Every block has come. */
async function whole(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByRole('status', { name: /load/i })).toHaveCount(0);
}
