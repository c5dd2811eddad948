import { randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import { expect, test } from './test.js';

declare global {
  interface Window {
    ran?: string;
  }
}

/** Each sets `ran` where it is taken for more than a text. */
const run = (by: string) => `window.ran='${by}'`;
const NAMES = [
  `<script>${run('script')}</script>`,
  `"><img src=x onerror="${run('image')}">`,
  `'-->]]><svg onload="${run('svg')}">`,
  `</title></textarea><iframe srcdoc="<script>parent.ran='frame'</script>">`,
  `javascript:${run('url')}`,
  `{{constructor.constructor("${run('template')}")()}}`,
  `=HYPERLINK("http://evil.example/","${run('formula')}")`,
];

/** Every cell of every line but the head, quotes taken off. */
function cellsOf(csv: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end !== ',') rows.push([]);
  }
  return rows.slice(1);
}

async function expectNothingRan(page: Page, where: string): Promise<void> {
  expect.soft(await page.evaluate(() => window.ran), where).toBeUndefined();
  expect.soft(await page.locator('main img[src="x"], main svg[onload], iframe[srcdoc]').count(), where).toBe(0);
}

test('names and reasons that are scripts are read as texts, on every page and in every CSV', async ({ as, api }) => {
  // Some thirty pages.
  test.slow();
  const id = `xss-${randomBytes(4).toString('hex')}`;
  const made: string[] = [];
  for (const [index, name] of NAMES.entries()) {
    await api.createTenant(`${id}-${index}`, name, `made as ${name}`);
    made.push(`${id}-${index}`);
    await api.clear(`${id}-${index}`, `cleared, ${name}`);
  }
  const page = await as('admin');
  page.on('dialog', () => expect.soft('a dialog').toBe('never'));

  await page.goto(`/tenants?search=${id}&sort=name`);
  await expect(page.getByRole('table', { name: /^Tenants/ })).toBeVisible();
  for (const name of NAMES)
    await expect.soft(page.getByText(name, { exact: false }).filter({ visible: true }).first()).toBeVisible();
  await expectNothingRan(page, 'tenants');
  for (const [index, name] of NAMES.entries()) {
    await page.goto(`/tenants/${id}-${index}`);
    await expect.soft(page.getByRole('heading', { level: 1 })).toContainText(name);
    expect.soft(await page.title()).toContain(name);
    await expectNothingRan(page, `tenant ${index}`);
  }
  await page.goto(`/audit?tenant=${id}`);
  for (const name of NAMES)
    await expect.soft(page.getByText(`cleared, ${name}`).filter({ visible: true }).first()).toBeVisible();
  await expectNothingRan(page, 'audit');
  await page.goto('/');
  await expectNothingRan(page, 'overview');
  for (const hostile of NAMES) {
    await page.goto(`/tenants?search=${encodeURIComponent(hostile.slice(0, 90))}`);
    await expectNothingRan(page, 'search');
    await page.goto(`/audit?actor=${encodeURIComponent(hostile)}&tenant=${encodeURIComponent(hostile.slice(0, 90))}`);
    await expectNothingRan(page, 'filters');
  }

  for (const path of [`/api/tenants.csv?search=${id}`, `/api/audit.csv?tenant=${id}`]) {
    const answer = await page.request.get(path);
    expect(answer.headers()['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.headers()['content-disposition']).toMatch(/^attachment;/);
    const cells = cellsOf(await answer.text()).flat();
    expect.soft(cells).toContain(path.includes('audit') ? `cleared, ${NAMES[0]}` : NAMES[0]);
    // Figures may be negative; a text never starts what a spreadsheet calculates.
    expect.soft(cells.filter((cell) => /(?:^|;)\s*[=+\-@|]/.test(cell) && !/^-?\d/.test(cell))).toEqual([]);
  }
  for (const tenantId of made) await api.deleteTenant(tenantId);
});

test('script that gets into a page all the same does not run', async ({ as, complaints }) => {
  const page = await as('admin');
  await page.goto('/tenants');
  await expect(page.getByRole('table', { name: /^Tenants/ })).toBeVisible();
  // What is planted before React has taken over the page is thrown away by it.
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => {
    const main = document.querySelector('main') as HTMLElement;
    main.insertAdjacentHTML('beforeend', `<img alt="" src="/nothing" onerror="window.ran='image'">`);
    main.insertAdjacentHTML('beforeend', `<a id="planted" href="javascript:window.ran='link'">x</a>`);
    (document.getElementById('planted') as HTMLElement).click();
  });
  await expect.poll(() => complaints.filter((text) => text.includes('Content Security Policy')).length).toBe(2);
  expect(await page.evaluate(() => window.ran)).toBeUndefined();
  complaints.length = 0;
});
