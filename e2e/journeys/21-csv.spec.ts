import { readFile } from 'node:fs/promises';
import type { APIResponse } from '@playwright/test';
import { parse } from 'csv-parse/sync';
import { AdminScript } from '../stack/admin-script.js';
import { runningStack } from '../stack/stack.js';
import { alive, expect, test } from './test.js';

type Row = Record<string, string>;

/** As a spreadsheet would read it: strict about quotes and about the number of cells. */
async function rowsOf(answer: APIResponse): Promise<Row[]> {
  expect(answer.headers()['content-type']).toBe('text/csv; charset=utf-8');
  expect(answer.headers()['content-disposition']).toMatch(/^attachment; filename="[\w-]+\.csv"$/);
  return parse(await answer.body(), { bom: true, columns: true, record_delimiter: '\r\n' });
}

/** Amounts in the smallest unit of a currency with two decimals. */
function cents(amounts: readonly (string | undefined)[]): bigint {
  return amounts.reduce((sum, amount) => sum + BigInt((amount || '0').replace('.', '')), 0n);
}

test('the file of the month’s bills sums up to what the API states, tenant by tenant', async ({ as, api }) => {
  const page = await as('admin');
  await page.goto('/billing');
  const link = page.getByRole('link', { name: 'Export CSV' });
  const href = await link.getAttribute('href');
  const month = new Date().toISOString().slice(0, 7);
  const next = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 1)).toISOString().slice(0, 10);
  // The demo's traffic goes on: what is read between two equal answers of the API is compared.
  await expect(async () => {
    const tenants = await api.tenants();
    const before = await Promise.all(tenants.map(({ tenantId }) => api.openStatement(tenantId)));
    const rows = await rowsOf(await page.request.get(href ?? ''));
    const after = await Promise.all(tenants.map(({ tenantId }) => api.openStatement(tenantId)));
    const open = rows.filter(({ state }) => state === 'under way');
    expect(open.map(({ tenant_id }) => tenant_id).sort()).toEqual(tenants.map(({ tenantId }) => tenantId).sort());
    for (const [index, first] of before.entries()) {
      const row = open.find(({ tenant_id }) => tenant_id === first.tenantId);
      const last = after[index] ?? first;
      expect(row?.period_start_utc).toBe(first.periodStart);
      for (const [name, low, high] of [
        ['requests', first.requests, last.requests],
        ['bytes_served', first.bytesServed, last.bytesServed],
        ['mb_hours', first.mbHours, last.mbHours],
        ['overage_mb_hours', first.overageMbHours, last.overageMbHours],
        ['total', first.bill.total, last.bill.total],
      ] as const) {
        expect(Number(row?.[name]), `${name} of ${first.tenantId}`).toBeGreaterThanOrEqual(Number(low));
        expect(Number(row?.[name]), `${name} of ${first.tenantId}`).toBeLessThanOrEqual(Number(high));
      }
    }
    expect(cents(open.map(({ total }) => total))).toBeLessThanOrEqual(cents(after.map(({ bill }) => bill.total)));
    const closed = rows.filter(({ state }) => state === 'closed');
    const stated = await api.closedStatements(`${month}-01`, next);
    expect(closed).toHaveLength(stated.length);
    expect(cents(closed.map(({ total }) => total))).toBe(cents(stated.map(({ bill }) => bill?.total)));
  }).toPass({ timeout: 60_000 });
});

test('the file of tenants holds what the API holds, in its filters', async ({ as, api }) => {
  const page = await as('admin');
  const tenants = await api.tenants();
  const rows = await rowsOf(await page.request.get('/api/tenants.csv?sort=name'));
  const quotas = (all: readonly number[]) => all.reduce((sum, mib) => sum + mib, 0);
  expect(rows.map(({ tenant_id }) => tenant_id).sort()).toEqual(tenants.map(({ tenantId }) => tenantId).sort());
  expect(quotas(rows.map((row) => Number(row.quota_mib)))).toBe(quotas(tenants.map(({ quota }) => quota.quotaMb)));
  for (const { tenantId, name, quota } of tenants) {
    const row = rows.find((candidate) => candidate.tenant_id === tenantId);
    expect(row).toMatchObject({ name, quota_mib: String(quota.quotaMb), enforcement: quota.enforcement });
  }
  const found = await rowsOf(await page.request.get('/api/tenants.csv?search=northwind'));
  expect(found.map(({ tenant_id }) => tenant_id)).toEqual(['org_northwind']);
});

test('every other list has a file, too, and its rows are those of the API', async ({ as, api }) => {
  const admin = await as('admin');
  const file = async (path: string, link: string) => {
    await admin.goto(path);
    const href = await admin.locator(`a[download][href^="${link}"]`).first().getAttribute('href');
    return rowsOf(await admin.request.get(href ?? 'missing'));
  };
  const tenants = await api.tenants();
  const plans = await file('/settings', '/api/plans.csv');
  expect(plans.length).toBeGreaterThan(1);
  for (const { plan, tenants: count } of plans)
    expect(count, plan).toBe(String(tenants.filter((tenant) => tenant.plan === plan).length));
  const people = await file('/settings/people', '/api/people.csv');
  expect(people.map(({ email }) => email)).toEqual(expect.arrayContaining(['admin@example.com']));
  const runs = await file('/warming', '/api/warming/runs.csv');
  expect(runs.length).toBeGreaterThan(0);
  expect(new Set(runs.map(({ run_id }) => run_id)).size).toBe(runs.length);
  const groups = await file('/shared', '/api/shared/groups.csv');
  const reads = (rows: readonly Row[]) => rows.reduce((sum, row) => sum + Number(row.reads), 0);
  const readers = await file('/shared', '/api/shared/readers.csv');
  expect(reads(groups)).toBeGreaterThan(0);
  // Reads are counted on between the two.
  expect(reads(readers)).toBeGreaterThanOrEqual(reads(groups));

  const script = new AdminScript(runningStack());
  const key = { name: '=cmd|x', scopes: ['market:read'], reason: 'for a file' };
  const { keyId } = await script.call<{ keyId: string }>('/tenants/org_ibex/keys', { body: key });
  const keys = await file('/settings/keys?tenant=org_ibex', '/api/tenants/org_ibex/keys.csv');
  expect(keys.find((row) => row.key_id === keyId)).toMatchObject({
    name: "'=cmd|x",
    scopes: 'market:read',
    state: 'live',
  });
  await script.call(`/tenants/org_ibex/keys/${keyId}/revoke`, { body: { reason: 'for a file' } });

  const own = await as('aster');
  expect((await rowsOf(await own.request.get('/api/my/keys.csv'))).every((row) => row.key_id !== keyId)).toBe(true);
  expect((await own.request.get('/api/my/crossings.csv')).status()).toBe(200);
  const reader = await as('northwind');
  expect((await reader.request.get('/api/my/keys.csv')).status()).toBe(403);
});

test('the numbers of a chart are saved as the table shows them', async ({ as }) => {
  const page = await as('admin');
  await page.goto('/tenants/org_northwind?range=1h');
  const chart = page.getByRole('figure').filter({ hasText: 'Hard limit' }).first();
  const table = chart.getByRole('button', { name: 'Table' });
  await alive(table);
  await table.click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    chart.getByRole('button', { name: 'CSV' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^[a-z0-9-]+-\d{4}-\d\d-\d\d\.csv$/);
  const rows: Row[] = parse(await readFile(await download.path()), {
    bom: true,
    columns: true,
    record_delimiter: '\r\n',
  });
  expect(rows.length).toBeGreaterThan(1);
  expect(Object.keys(rows[0] ?? {})).toEqual(expect.arrayContaining(['time_utc', 'Used, MiB', 'Quota, MiB']));
  const times = rows.map(({ time_utc }) => Date.parse(time_utc ?? ''));
  expect(times).toEqual([...times].sort((one, other) => other - one));
  expect(times[0]).toBeLessThanOrEqual(Date.now() + 1_000);
});
