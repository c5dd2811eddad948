import type { Page } from '@playwright/test';
import type { OpenStatement } from '../stack/api.js';
import { expect, test } from './test.js';

const OWN = 'org_aster_quant';

/** Each row of the bill and each fact below it, as the page shows them. */
async function shown(page: Page): Promise<{ lines: string[][]; facts: Map<string, string> }> {
  const clean = (text: string) => text.replaceAll('\u00a0', ' ').trim();
  const rows = await page.getByRole('table').locator('tbody tr').all();
  const lines = await Promise.all(
    rows.map(async (row) => (await row.locator('th, td').allTextContents()).map(clean).slice(1)),
  );
  const section = page.locator('section').filter({ hasText: 'What was metered and counted' });
  const names = await section.locator('dt').allTextContents();
  const values = await section.locator('dd').allTextContents();
  return { lines, facts: new Map(names.map((name, index) => [clean(name), clean(values[index] ?? '')])) };
}

/** Without grouping, and without zeros at the end of a fraction. */
function plain(decimal: string): string {
  const text = decimal.replaceAll(',', '');
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function expectSame({ lines, facts }: Awaited<ReturnType<typeof shown>>, stated: OpenStatement): void {
  const { bill } = stated;
  expect(lines).toHaveLength(bill.lines.length);
  for (const [index, { quantity, included, billable, unitPrice, amount }] of bill.lines.entries()) {
    const [used = '', free = '', charged = '', price = '', sum = ''] = lines[index] ?? [];
    expect([used, charged].map((text) => plain(text.split(' ')[0] ?? ''))).toEqual([quantity, billable].map(plain));
    expect(free === '–' ? '0' : plain(free)).toBe(plain(included));
    expect([plain(price), sum.replaceAll(',', '')]).toEqual([plain(unitPrice), amount]);
  }
  const figures = {
    Requests: stated.requests,
    'Bytes served': stated.bytesServed,
    'Bytes written': stated.bytesWritten,
  };
  for (const [name, figure] of Object.entries(figures))
    expect(facts.get(name)?.replaceAll(',', '')).toBe(String(figure));
  expect(plain(facts.get('Storage')?.split(' ')[0] ?? '')).toBe(plain(stated.mbHours));
  expect(plain(facts.get('Storage above the quota')?.split(' ')[0] ?? '')).toBe(plain(stated.overageMbHours));
  expect(facts.get('Times the quota was exceeded')).toBe(String(stated.timesExceeded));
  expect(facts.get('Greatest use')).toBe(
    `${(stated.peakBytes / 1_048_576).toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 })} MiB`,
  );
}

test('a statement is the API’s, field by field, the same for the tenant and for staff', async ({ as, api }) => {
  const admin = await as('admin');
  const tenant = await as('aster');
  for (const [page, path] of [
    [admin, `/billing/${OWN}/current`],
    [tenant, '/my/statements/current'],
  ] as const) {
    // Its figures grow with each flush: the page is read between two answers, and is one of them.
    await expect(async () => {
      const before = await api.openStatement(OWN);
      await page.goto(path);
      const read = await shown(page);
      const after = await api.openStatement(OWN);
      const stated = read.facts.get('Requests')?.replaceAll(',', '') === String(before.requests) ? before : after;
      expectSame(read, stated);
      await expect(page.getByRole('heading', { level: 1 })).toContainText(stated.bill.total);
      await expect(page.getByRole('row', { name: 'Total' })).toContainText(stated.bill.total);
    }, path).toPass({ timeout: 60_000 });
  }
});

test('a period that is not one, or not of this tenant, is not there', async ({ as }) => {
  const page = await as('aster');
  for (const path of ['/my/statements/2001-01-01', '/my/statements/yesterday', '/billing', `/billing/${OWN}/current`]) {
    expect((await page.goto(path))?.status(), path).toBe(404);
  }
  expect((await page.request.get(`/api/billing/${OWN}/current`)).status()).toBe(404);
  expect((await page.request.get('/api/billing.csv')).status()).toBe(404);
});
