import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate } from '@tenantcache/database';
import type { MeterReading, Statement, TenantDirectory } from '../../src/core/directory.js';
import type { TenantId } from '../../src/core/tenant-id.js';
import { verifyStatement } from '../../src/core/verify-statement.js';
import { postgresTenants } from '../../src/postgres/index.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const MB_HOUR = 1_048_576 * 3_600_000;
const PAGE = { page: 1, pageSize: 100 };
const at = (text: string) => Date.parse(text);
let test: TestDatabase;
let directory: TenantDirectory;
/** As a server has it that only serves tenants. */
let withoutAdmin: TenantDirectory;

const PRO = {
  currency: 'EUR',
  basePrice: '29',
  includedMbHours: '1000',
  pricePerMbHour: '0.0125',
  pricePerOverageMbHour: '0.03',
  includedRequests: 100n,
  pricePerMillionRequests: '0.4',
  includedGbServed: '0.5',
  pricePerGbServed: '0.09',
};

beforeAll(async () => {
  test = await createTestDatabase();
  await asAdmin(async (tx) => {
    await tx.plan.create({ data: { name: 'Free', quotaMb: 3, isDefault: true } });
    await tx.plan.create({ data: { name: 'Pro', quotaMb: 3, ...PRO } });
    await tx.plan.create({ data: { name: '=1+1', quotaMb: 3, currency: 'JPY', pricePerMbHour: '1.5' } });
  });
  directory = postgresTenants({ url: test.appUrl, adminUrl: test.adminUrl });
  withoutAdmin = postgresTenants({ url: test.appUrl });
});
afterAll(async () => {
  await Promise.all([directory.close(), withoutAdmin.close()]);
  await test.drop();
});

const asAdmin = <T>(work: Parameters<typeof test.database.asAdmin<T>>[1]) => test.database.asAdmin('system:test', work);

async function addTenant(plan: string, createdAt = '2026-01-01T00:00:00Z'): Promise<TenantId> {
  const tenantId = `t${randomBytes(5).toString('hex')}` as TenantId;
  await asAdmin(async (tx) => {
    await tx.tenant.create({ data: { tenantId, name: tenantId, plan } });
    const dates = { quotaResetAt: new Date('2026-02-01T00:00:00Z'), createdAt: new Date(createdAt) };
    await tx.tenantQuota.create({ data: { tenantId, quotaMb: 4, ...dates } });
  });
  return tenantId;
}

function reading(tenantId: TenantId, when: string, mbHours: number, overage = 0, usedBytes = 7): MeterReading {
  const meters = { byteMs: mbHours * MB_HOUR, overageByteMs: overage * MB_HOUR, peakBytes: 9, timesExceeded: 1 };
  return { tenantId, atMs: at(when), usedBytes, meters: { sinceMs: at('2026-01-01T00:00:00Z'), ...meters } };
}

async function count(tenantId: TenantId, time: string, requests: number, bytesServed: number): Promise<void> {
  await asAdmin(async (tx) => {
    const figures = { requests, bytesServed, bytesWritten: 1 };
    const gauges = { bucketMs: 300_000, usedBytes: 1, entries: 1, quotaBytes: 1, hardLimitBytes: 1 };
    await tx.sample.create({
      data: { tenantId, bucketStart: new Date(time), processEpoch: 'p', ...gauges, ...figures },
    });
    await tx.$executeRaw`
      INSERT INTO tenant_cache_metrics AS m (tenant_id, date, requests, total_bytes_served, total_bytes_written)
      VALUES (${tenantId}, ${time.slice(0, 10)}::date, ${requests}::int, ${bytesServed}::float8::bigint, 1)
      ON CONFLICT (tenant_id, date) DO UPDATE SET requests = m.requests + EXCLUDED.requests,
        total_bytes_served = m.total_bytes_served + EXCLUDED.total_bytes_served,
        total_bytes_written = m.total_bytes_written + 1`;
  });
}

async function close(nowMs: number): Promise<void> {
  while ((await directory.closePeriods(nowMs, 100)).length > 0);
}

async function statementsOf(tenant: TenantId): Promise<readonly Statement[]> {
  return [...(await directory.statements(tenant, PAGE)).items].reverse();
}

const changePlan = (name: string, data: object) => asAdmin((tx) => tx.plan.update({ where: { name }, data }));

describe('a closed statement', () => {
  it('has the amounts by the plan and the prices of its close, which later prices do not change', async () => {
    const tenant = await addTenant('Free');
    await directory.keepMeters([reading(tenant, '2026-01-31T23:59:59Z', 1_500, 10)]);
    await count(tenant, '2026-01-20T10:00:00Z', 2_000_100, 3 * 1_073_741_824);
    // In the middle of the period: the plan at the close holds for all of it.
    await asAdmin((tx) => tx.tenant.update({ where: { tenantId: tenant }, data: { plan: 'Pro' } }));
    await close(at('2026-02-01T00:00:30Z'));
    const [january] = await statementsOf(tenant);
    expect(january?.bill).toEqual({
      formula: 1,
      plan: 'Pro',
      currency: 'EUR',
      minorDigits: 2,
      prices: { ...PRO, currency: undefined, includedRequests: '100' },
      lines: [
        {
          item: 'base',
          unit: 'period',
          quantity: '1.000000',
          included: '0.000000',
          billable: '1.000000',
          unitPrice: '29',
          amount: '29.00',
        },
        {
          item: 'storage',
          unit: 'MB-hour',
          quantity: '1500.000000',
          included: '1000.000000',
          billable: '500.000000',
          unitPrice: '0.0125',
          amount: '6.25',
        },
        {
          item: 'overage',
          unit: 'MB-hour',
          quantity: '10.000000',
          included: '0.000000',
          billable: '10.000000',
          unitPrice: '0.03',
          amount: '0.30',
        },
        {
          item: 'requests',
          unit: 'million requests',
          quantity: '2.000100',
          included: '0.000100',
          billable: '2.000000',
          unitPrice: '0.4',
          amount: '0.80',
        },
        {
          item: 'traffic',
          unit: 'GB',
          quantity: '3.000000',
          included: '0.500000',
          billable: '2.500000',
          unitPrice: '0.09',
          amount: '0.23',
        },
      ],
      total: '36.58',
    });
    await changePlan('Pro', { basePrice: '99.95', currency: 'JPY' });
    await close(at('2026-03-01T00:00:30Z'));
    const [still, february] = await statementsOf(tenant);
    expect(still).toEqual(january);
    expect(february?.bill).toMatchObject({ currency: 'JPY', minorDigits: 0, total: '100' });
    await changePlan('Pro', PRO);
  });

  it('shows plan, currency and total to SQL, and takes no bill that is none', async () => {
    const tenant = await addTenant('Pro');
    await close(at('2026-02-01T00:00:30Z'));
    const row = await asAdmin((tx) =>
      tx.statement.findFirst({ where: { tenantId: tenant }, select: { plan: true, currency: true, total: true } }),
    );
    expect({ ...row, total: String(row?.total) }).toEqual({ plan: 'Pro', currency: 'EUR', total: '29' });
    for (const bill of ['{}', '1', '{"plan":"P","currency":"EUR","total":"-1","prices":{},"lines":[]}']) {
      const insert = asAdmin(
        (tx) => tx.$executeRaw`
        INSERT INTO tenant_cache_statements (tenant_id, period_start, period_end, quota_bytes, peak_bytes, byte_ms,
               overage_byte_ms, times_exceeded, requests, bytes_served, bytes_written, bill)
        VALUES (${tenant}, '2020-01-01', '2020-02-01', 1, 1, 1, 0, 0, 0, 0, 0, ${bill}::jsonb)`,
      );
      await expect(insert).rejects.toThrow(/bill_check|check constraint/);
    }
  });

  it('of before there were prices has no amounts, and stays as it is', async () => {
    const tenant = await addTenant('Pro');
    await asAdmin(
      (tx) => tx.$executeRaw`
      INSERT INTO tenant_cache_statements (tenant_id, period_start, period_end, quota_bytes, peak_bytes, byte_ms,
             overage_byte_ms, times_exceeded, requests, bytes_served, bytes_written)
      VALUES (${tenant}, '2026-01-01', '2026-02-01', 1, 1, 1, 0, 0, 10, 10, 10)`,
    );
    await migrate({ ownerUrl: test.ownerUrl });
    await close(at('2026-03-01T00:00:30Z'));
    const [old, next] = await statementsOf(tenant);
    expect(old).toMatchObject({ bill: null, requests: 10 });
    expect(next?.bill).toMatchObject({ plan: 'Pro', total: '29.00' });
  });

  it('counts nothing of before the tenant’s first period later on, when the samples of that day are gone', async () => {
    const tenant = await addTenant('Pro', '2026-01-12T08:00:00Z');
    await count(tenant, '2026-01-12T07:00:00Z', 5_000, 1);
    await count(tenant, '2026-01-12T09:00:00Z', 7, 1);
    await close(at('2026-02-01T00:00:30Z'));
    await asAdmin((tx) => tx.sample.deleteMany({ where: { tenantId: tenant } }));
    await count(tenant, '2026-02-20T09:00:00Z', 30, 1);
    await close(at('2026-04-01T00:00:30Z'));
    expect((await statementsOf(tenant)).map(({ requests }) => requests)).toEqual([7, 30, 0]);
  });

  it('has all that the usage bucket counted in which the tenant’s first period began, and no later one has it too', async () => {
    // A tenant's row is made, and the requests that follow fall into a bucket that began before it.
    const tenant = await addTenant('Pro', '2026-01-12T08:03:00Z');
    await count(tenant, '2026-01-12T07:55:00Z', 5_000, 1);
    await count(tenant, '2026-01-12T08:00:00Z', 12, 900);
    await count(tenant, '2026-01-12T08:05:00Z', 7, 30);
    expect(await directory.openStatement(tenant, at('2026-01-31T00:00:00Z'))).toMatchObject({ requests: 19 });
    // The end of a period parts by where a bucket begins.
    await asAdmin((tx) =>
      tx.tenantQuota.update({ where: { tenantId: tenant }, data: { quotaResetAt: new Date('2026-01-20T08:03:00Z') } }),
    );
    await count(tenant, '2026-01-20T08:00:00Z', 100, 1);
    await count(tenant, '2026-01-20T08:05:00Z', 1_000, 1);
    await close(at('2026-02-20T08:10:00Z'));
    await asAdmin((tx) => tx.sample.deleteMany({ where: { tenantId: tenant } }));
    await close(at('2026-03-20T08:10:00Z'));
    const closed = await statementsOf(tenant);
    expect(closed.map(({ requests }) => requests)).toEqual([119, 1_000, 0]);
    expect(closed.map(({ bytesServed }) => bytesServed)).toEqual([931, 1, 0]);
  });

  it('is not closed by prices that nobody can charge: the database refuses them', async () => {
    for (const data of [
      { basePrice: '-1' },
      { pricePerMbHour: 'NaN' },
      { includedRequests: -1n },
      { includedGbServed: 'NaN' },
      { currency: 'euro' },
      { currency: '=1' },
    ])
      await expect(changePlan('Pro', data)).rejects.toThrow();
  });
});

describe('the period under way', () => {
  it('is what it would be closed with now, and closing makes it the same', async () => {
    const tenant = await addTenant('Pro');
    await close(at('2026-02-01T00:00:30Z'));
    await directory.keepMeters([reading(tenant, '2026-02-10T12:00:00Z', 1_200, 2)]);
    await count(tenant, '2026-02-10T11:00:00Z', 500, 7);
    const nowMs = at('2026-02-11T00:00:00Z');
    const open = await withoutAdmin.openStatement(tenant, nowMs);
    expect(open).toMatchObject({
      open: true,
      asOf: '2026-02-10T12:00:00.000Z',
      periodStart: '2026-02-01T00:00:00.000Z',
      periodEnd: '2026-03-01T00:00:00.000Z',
      requests: 500,
      timesExceeded: 1,
      bill: { total: '31.56' },
    });
    expect(await withoutAdmin.openStatement(tenant, nowMs)).toEqual(open);
    await close(at('2026-03-01T00:00:30Z'));
    const [, february] = await statementsOf(tenant);
    const { open: _open, asOf: _asOf, ...figures } = open;
    expect(february).toEqual({ ...figures, closedAt: february?.closedAt });
    expect((await withoutAdmin.openStatement(tenant, at('2026-03-02T00:00:00Z'))).bill?.total).toBe('29.00');
  });

  it('of a period that is over and not yet closed ends where that ends', async () => {
    const tenant = await addTenant('Pro');
    await directory.keepMeters([reading(tenant, '2026-03-02T00:00:00Z', 60)]);
    const open = await directory.openStatement(tenant, at('2026-03-02T00:00:00Z'));
    expect(open).toMatchObject({ periodEnd: '2026-02-01T00:00:00.000Z', asOf: '2026-02-01T00:00:00.000Z' });
    expect(open.byteMs / MB_HOUR).toBeCloseTo(31, 9);
    await close(at('2026-02-01T00:00:30Z'));
    expect((await statementsOf(tenant))[0]?.byteMs).toBe(open.byteMs);
  });

  it('is of one period, also while that is closed', async () => {
    const tenant = await addTenant('Pro', '2021-01-01T00:00:00Z');
    const sinceMs = at('2021-01-01T00:00:00Z');
    const nowMs = at('2026-01-01T00:00:00Z');
    await asAdmin((tx) =>
      tx.tenantQuota.update({ where: { tenantId: tenant }, data: { quotaResetAt: new Date('2021-02-01T00:00:00Z') } }),
    );
    // One byte, all the time: of each period as many byte-milliseconds as it has milliseconds.
    const meters = { sinceMs, byteMs: nowMs - sinceMs, overageByteMs: 0, peakBytes: 1, timesExceeded: 0 };
    await directory.keepMeters([{ tenantId: tenant, atMs: nowMs, usedBytes: 1, meters }]);
    let closing = true;
    const closer = (async () => {
      while ((await directory.closePeriods(nowMs, 1)).length > 0);
      closing = false;
    })();
    const seen = new Set<string>();
    const reader = async () => {
      while (closing) {
        const open = await withoutAdmin.openStatement(tenant, nowMs).catch((error: { code?: string }) => error.code);
        if (typeof open !== 'object') {
          assert.equal(open, 'DIRECTORY_UNAVAILABLE');
          continue;
        }
        seen.add(open.periodStart);
        const lengthMs = Date.parse(open.periodEnd) - Date.parse(open.periodStart);
        if (open.periodEnd <= '2026-01-01') assert.ok(Math.abs(open.byteMs / lengthMs - 1) < 1e-6, open.periodStart);
      }
    };
    await Promise.all([closer, reader(), reader()]);
    assert.ok(seen.size > 5, String(seen.size));
  });

  it('is there for no tenant that is not known', async () => {
    const attempt = directory.openStatement('nobody' as TenantId, Date.now());
    await expect(attempt).rejects.toMatchObject({ code: 'TENANT_NOT_FOUND' });
  });
});

describe('statements of all tenants', () => {
  it('are within the span that their period ended in, by pages and one after another, each once', async () => {
    const other = await createTestDatabase();
    const desk = postgresTenants({ url: other.appUrl, adminUrl: other.adminUrl });
    await other.database.asAdmin('system:test', async (tx) => {
      await tx.plan.create({ data: { name: 'Plan', quotaMb: 3, isDefault: true } });
      for (const tenantId of ['c', 'a', 'b']) {
        await tx.tenant.create({ data: { tenantId, name: tenantId, plan: 'Plan' } });
        const dates = { createdAt: new Date('2026-01-01'), quotaResetAt: new Date('2026-02-01') };
        await tx.tenantQuota.create({ data: { tenantId, quotaMb: 4, ...dates } });
      }
    });
    while ((await desk.closePeriods(at('2026-04-01T00:00:00Z'), 100)).length > 0);
    const months = ['2026-01-01', '2026-02-01', '2026-03-01', '2026-04-01', '2026-05-01'].map(at);
    const seen: string[] = [];
    for (const [index, afterMs] of months.slice(0, -1).entries()) {
      const span = { afterMs, untilMs: months[index + 1] };
      const { items, total } = await desk.allStatements(span, PAGE);
      expect(total).toBe(items.length);
      seen.push(...items.map(({ periodStart, tenantId }) => `${periodStart.slice(0, 7)} ${tenantId}`));
    }
    const all = ['2026-01', '2026-02', '2026-03'].flatMap((month) => ['a', 'b', 'c'].map((id) => `${month} ${id}`));
    expect(seen).toEqual(all);
    const second = await desk.allStatements({}, { page: 2, pageSize: 4 });
    expect([second.total, second.items.length]).toEqual([9, 4]);
    const walked: Statement[] = [];
    for (let step: readonly Statement[] = []; ; ) {
      step = await desk.statementsAfter({}, step.at(-1), 2);
      walked.push(...step);
      if (step.length < 2) break;
    }
    expect(walked.map(({ periodStart, tenantId }) => `${periodStart.slice(0, 7)} ${tenantId}`)).toEqual(all);
    const own = await desk.statementsAfter({ tenant: 'b' as TenantId }, undefined, 10);
    expect(own.map(({ tenantId }) => tenantId)).toEqual(['b', 'b', 'b']);
    await desk.close();
    await other.drop();
  });

  it('need the admin’s connection; a tenant’s own do not', async () => {
    const invalid = { code: 'OPTION_INVALID' };
    await expect(withoutAdmin.allStatements({}, PAGE)).rejects.toMatchObject(invalid);
    await expect(withoutAdmin.statementsAfter({}, undefined, 1)).rejects.toMatchObject(invalid);
    const tenant = await addTenant('Pro');
    await close(at('2026-02-01T00:00:30Z'));
    expect((await withoutAdmin.statements(tenant, PAGE)).total).toBe(1);
    expect(await withoutAdmin.statement(tenant, at('2026-01-01T00:00:00Z'))).toMatchObject({ tenantId: tenant });
    expect(await withoutAdmin.statement(tenant, at('2026-01-02T00:00:00Z'))).toBeUndefined();
    expect(await withoutAdmin.statementsAfter({ tenant }, undefined, 10)).toHaveLength(1);
  });
});

it('every statement of this database is made again from what it holds', async () => {
  await addTenant('=1+1').then((tenant) => directory.keepMeters([reading(tenant, '2026-01-31T00:00:00Z', 0.9)]));
  await close(at('2026-06-01T00:00:00Z'));
  let verified = 0;
  for (let last: Statement | undefined; ; ) {
    const read = await directory.statementsAfter({}, last, 50);
    for (const statement of read) {
      assert.deepEqual(verifyStatement(statement), statement.bill ? [] : ['no bill'], statement.tenantId);
      if (statement.bill) verified++;
    }
    last = read.at(-1);
    if (read.length < 50) break;
  }
  assert.ok(verified > 30, String(verified));
});
