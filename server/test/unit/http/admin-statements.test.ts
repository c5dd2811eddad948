import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import type { MeterReading, Statement, StatementSpan } from '../../../src/core/directory.js';
import { billOf } from '../../../src/core/pricing.js';
import type { TenantId } from '../../../src/core/tenant-id.js';
import { STATEMENT_COLUMNS, statementRows } from '../../../src/http/statement-csv.js';
import { AdminApp, bearer } from './admin-app.js';

const MB_HOUR = 1_048_576 * 3_600_000;
const get = (fixture: AdminApp, path: string) => request(fixture.app).get(`/admin${path}`).set(bearer('viewer'));

async function closed(): Promise<AdminApp> {
  const fixture = new AdminApp();
  const meters = { sinceMs: 1, byteMs: 2.5 * MB_HOUR, overageByteMs: 0, peakBytes: 5, timesExceeded: 0 };
  const reading: MeterReading = { tenantId: 'acme' as TenantId, atMs: Date.now(), usedBytes: 5, meters };
  await fixture.directory.keepMeters([reading]);
  const now = new Date();
  await fixture.directory.closePeriods(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 2, 1), 10);
  return fixture;
}

describe('statements by the admin API', () => {
  it('are of one tenant, or of all by the end of their periods', async () => {
    const fixture = await closed();
    const own = (await get(fixture, '/tenants/acme/statements').expect(200)).body;
    expect(own).toMatchObject({
      total: 2,
      items: [{ mbHours: '0.000000' }, { mbHours: '2.500000', tenantId: 'acme' }],
    });
    const [, first] = own.items;
    expect((await get(fixture, `/tenants/acme/statements/${first.periodStart}`).expect(200)).body).toEqual(first);
    expect((await get(fixture, '/tenants/blue/statements/2020-01-01').expect(404)).body.code).toBe(
      'STATEMENT_NOT_FOUND',
    );
    expect((await get(fixture, '/tenants/acme/statements/current').expect(200)).body).toMatchObject({ open: true });
    const all = (await get(fixture, '/billing/statements?pageSize=3').expect(200)).body;
    expect(all.total).toBe(4);
    expect(all.items.map(({ tenantId }: Statement) => tenantId)).toEqual(['acme', 'blue', 'acme']);
    const until = (await get(fixture, `/billing/statements?to=${first.periodEnd}`).expect(200)).body;
    expect(until.items).toHaveLength(2);
    const after = (await get(fixture, `/billing/statements?from=${first.periodEnd}`).expect(200)).body;
    expect(after.items).toHaveLength(2);
  });

  it('outlive their tenant, whose period under way does not', async () => {
    const fixture = await closed();
    const actor = { id: 'tester', source: 'api' } as const;
    const acme = await fixture.directory.find('acme' as TenantId);
    await fixture.directory.remove(acme.tenantId, acme.version, 'left us', actor);
    const own = (await get(fixture, '/tenants/acme/statements').expect(200)).body;
    expect(own.total).toBeGreaterThanOrEqual(2);
    const { periodStart } = own.items.at(-1);
    await get(fixture, `/tenants/acme/statements/${periodStart}`).expect(200);
    await get(fixture, '/tenants/acme/statements.csv').expect(200);
    expect((await get(fixture, '/tenants/acme/statements/current').expect(404)).body.code).toBe('TENANT_NOT_FOUND');
    expect((await get(fixture, '/tenants/nobody/statements').expect(404)).body.code).toBe('TENANT_NOT_FOUND');
  });

  it('are tables for the accountant', async () => {
    const fixture = await closed();
    const own = await get(fixture, '/tenants/acme/statements.csv').expect(200);
    expect(own.headers['content-disposition']).toBe('attachment; filename="statements-acme.csv"');
    expect(own.headers['cache-control']).toBe('no-store');
    expect(own.text.split('\r\n')).toHaveLength(1 + 2 + 1);
    const all = await get(fixture, '/billing/statements.csv').expect(200);
    expect(all.text.split('\r\n')).toHaveLength(1 + 4 + 1);
    expect(all.text.split('\r\n')[0]).toBe(STATEMENT_COLUMNS.join(','));
  });

  it.each([
    '/billing/statements?page=0',
    '/billing/statements?from=2026-02-30',
    '/billing/statements?from=2026-11-02&to=2026-11-01',
    '/billing/statements.csv?from=2026-11-01T00:00:01Z&to=2026-11-01',
    '/tenants/acme/statements.csv?from=2026-11-02&to=2026-11-01',
    '/billing/statements?tenant=acme',
    '/billing/statements.csv?page=1',
    '/tenants/acme/statements.csv?to=%3D1',
    '/tenants/acme/statements/x',
  ])('refuse %s', async (path) => {
    expect((await get(new AdminApp(), path).expect(400)).body.code).toBe('REQUEST_INVALID');
  });
});

describe('rows of statements', () => {
  const statement = (index: number, plan = 'Plan'): Statement => {
    const used = { byteMs: index * MB_HOUR, overageByteMs: 0, requests: index, bytesServed: 0 };
    const free = { basePrice: '0.005', includedMbHours: '0', pricePerMbHour: '1', pricePerOverageMbHour: '0' };
    const more = { includedRequests: '0', pricePerMillionRequests: '0', includedGbServed: '0', pricePerGbServed: '0' };
    return {
      tenantId: `t${String(index).padStart(5, '0')}` as TenantId,
      periodStart: '2026-10-01T00:00:00.000Z',
      periodEnd: '2026-11-01T00:00:00.000Z',
      closedAt: '2026-11-01T00:00:30.000Z',
      quotaBytes: 1,
      peakBytes: 1,
      timesExceeded: 0,
      bytesWritten: 0,
      ...used,
      bill: index === 0 ? null : billOf(used, { name: plan, currency: 'EUR', prices: { ...free, ...more } }),
    };
  };
  const reading = (all: Statement[]) => ({
    async statementsAfter(_span: StatementSpan, last: Statement | undefined, count: number) {
      const from = last === undefined ? 0 : all.findIndex(({ tenantId }) => tenantId > last.tenantId);
      return from < 0 ? [] : all.slice(from, from + count);
    },
  });
  const rowsOf = async (directory: ReturnType<typeof reading>) => {
    const rows = [];
    for await (const row of statementRows(directory, {})) rows.push(row);
    return rows;
  };

  it('hold the amounts, or nothing where there are none', async () => {
    const [none, some] = await rowsOf(reading([statement(0), statement(3, '=cmd')]));
    const cell = (row: typeof none, name: string) => row?.[STATEMENT_COLUMNS.indexOf(name as 'total')];
    expect(['plan', 'currency', 'total', 'storageAmount'].map((name) => cell(none, name))).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(
      ['plan', 'currency', 'total', 'baseAmount', 'storageAmount', 'mbHours'].map((name) => cell(some, name)),
    ).toEqual(['=cmd', 'EUR', '3.01', '0.01', '3.00', '3.000000']);
  });

  it('come each once, also where others are closed while they are read', async () => {
    const all = Array.from({ length: 1_700 }, (_, index) => statement(index * 2));
    const directory = reading(all);
    const seen: unknown[] = [];
    for await (const [tenant] of statementRows(directory, {})) {
      seen.push(tenant);
      if (seen.length % 400 === 0) all.splice(0, 0, { ...statement(0), tenantId: `s${seen.length}` as TenantId });
    }
    expect(seen).toHaveLength(1_700);
    expect(new Set(seen).size).toBe(1_700);
  });
});
