import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MeterReading, Statement, TenantDirectory } from '../../src/core/directory.js';
import type { TenantId } from '../../src/core/tenant-id.js';
import { postgresTenants } from '../../src/postgres/index.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const MIB = 1_048_576;
const DAY_MS = 86_400_000;
let test: TestDatabase;
let near: TenantDirectory;
let far: TenantDirectory;

beforeAll(async () => {
  test = await createTestDatabase();
  await test.database.asAdmin('system:test', (tx) =>
    tx.plan.create({ data: { name: 'Plan', quotaMb: 3, isDefault: true } }),
  );
  [near, far] = [1, 2].map(() => postgresTenants({ url: test.appUrl, adminUrl: test.adminUrl })) as [
    TenantDirectory,
    TenantDirectory,
  ];
});
afterAll(async () => {
  await Promise.all([near.close(), far.close()]);
  await test.drop();
});

const at = (text: string) => Date.parse(text);
const PAGE = { page: 1, pageSize: 100 };

async function addTenant(resetAt: string, createdAt = '2026-01-01T00:00:00Z'): Promise<TenantId> {
  const tenantId = `t${randomBytes(5).toString('hex')}` as TenantId;
  await test.database.asAdmin('system:test', async (tx) => {
    await tx.tenant.create({ data: { tenantId, name: tenantId, plan: 'Plan' } });
    const dates = { quotaResetAt: new Date(resetAt), createdAt: new Date(createdAt) };
    await tx.tenantQuota.create({ data: { tenantId, quotaMb: 4, ...dates } });
  });
  return tenantId;
}

function reading(
  tenantId: TenantId,
  atMs: number,
  meters: Partial<MeterReading['meters']>,
  usedBytes = 0,
): MeterReading {
  const none = { sinceMs: at('2026-01-01T00:00:00Z'), byteMs: 0, overageByteMs: 0, peakBytes: 0, timesExceeded: 0 };
  return { tenantId, atMs, usedBytes, meters: { ...none, ...meters } };
}

async function statementsOf(tenant: TenantId): Promise<readonly Statement[]> {
  return [...(await near.statements(tenant, PAGE)).items].reverse();
}

async function resetsOf(tenant: TenantId): Promise<string[]> {
  const { items } = await near.audit({ tenant, ...PAGE });
  return items.filter(({ action }) => action === 'reset').map(({ reason }) => reason);
}

/** Closes until nothing is left, as the leader does. */
async function closeAll(directory: TenantDirectory, nowMs: number): Promise<void> {
  while ((await directory.closePeriods(nowMs, 100)).length > 0);
}

describe('closing a period', () => {
  it('is done once its end has come, on the tenant’s own day, and audited', async () => {
    const tenant = await addTenant('2026-01-31T10:00:00Z', '2026-01-12T08:00:00Z');
    await closeAll(near, at('2026-01-31T09:59:59Z'));
    expect(await statementsOf(tenant)).toEqual([]);
    await closeAll(near, at('2026-04-01T00:00:00Z'));
    const periods = (await statementsOf(tenant)).map(({ periodStart, periodEnd }) => [periodStart, periodEnd]);
    expect(periods).toEqual([
      ['2026-01-12T08:00:00.000Z', '2026-01-31T10:00:00.000Z'],
      ['2026-01-31T10:00:00.000Z', '2026-02-28T10:00:00.000Z'],
      ['2026-02-28T10:00:00.000Z', '2026-03-31T10:00:00.000Z'],
    ]);
    expect((await statementsOf(tenant))[0]).toMatchObject({ tenantId: tenant, quotaBytes: 4 * MIB });
    expect(await resetsOf(tenant)).toHaveLength(3);
    expect((await near.audit({ tenant, ...PAGE })).items[0]).toMatchObject({
      actor: 'system:upkeep',
      source: 'system',
      before: null,
      after: null,
    });
  });

  it('tells what was metered in the period, as a difference of what grows for ever', async () => {
    const tenant = await addTenant('2026-02-01T00:00:00Z');
    const [january, february] = [at('2026-01-31T23:59:00Z'), at('2026-02-28T23:59:00Z')];
    await near.keepMeters([
      reading(tenant, january, { byteMs: 5e15, overageByteMs: 3e12, peakBytes: 9_000, timesExceeded: 4 }, 2_000),
    ]);
    await closeAll(near, at('2026-02-01T00:00:30Z'));
    await far.keepMeters([
      reading(
        tenant,
        at('2026-02-14T00:00:00Z'),
        { byteMs: 6e15, overageByteMs: 3e12, peakBytes: 9_000, timesExceeded: 4 },
        3_100,
      ),
      reading(tenant, february, { byteMs: 7.5e15, overageByteMs: 4e12, peakBytes: 9_000, timesExceeded: 5 }, 1_000),
    ]);
    await closeAll(near, at('2026-03-01T00:00:30Z'));
    expect(await statementsOf(tenant)).toMatchObject([
      { byteMs: 5e15, overageByteMs: 3e12, peakBytes: 9_000, timesExceeded: 4 },
      // The greatest use ever was before; the greatest of this period is what was read in it.
      { byteMs: 2.5e15, overageByteMs: 1e12, peakBytes: 3_100, timesExceeded: 1 },
    ]);
  });

  it('adds an account that began anew, and takes no reading twice, late or out of order', async () => {
    const tenant = await addTenant('2026-02-01T00:00:00Z');
    const first = reading(tenant, at('2026-01-10T00:00:00Z'), { byteMs: 1_000, timesExceeded: 2, peakBytes: 10 }, 10);
    const old = reading(tenant, at('2026-01-09T00:00:00Z'), { byteMs: 900, timesExceeded: 1, peakBytes: 10 }, 5);
    const anew = reading(
      tenant,
      at('2026-01-20T00:00:00Z'),
      { sinceMs: at('2026-01-11T00:00:00Z'), byteMs: 30, peakBytes: 25 },
      25,
    );
    await near.keepMeters([first, anew, anew]);
    await far.keepMeters([old, first]);
    await closeAll(near, at('2026-02-01T00:00:00Z'));
    expect(await statementsOf(tenant)).toMatchObject([{ byteMs: 1_030, timesExceeded: 2, peakBytes: 25 }]);
    await near.keepMeters([first, anew]);
    await closeAll(near, at('2026-03-01T00:00:00Z'));
    expect((await statementsOf(tenant))[1]).toMatchObject({ byteMs: 0, timesExceeded: 0 });
  });

  it('shares what was read after the end of months that were missed between them, and loses none of it', async () => {
    const tenant = await addTenant('2026-02-01T00:00:00Z');
    const days = 31 + 28 + 31 + 10;
    const read = at('2026-01-01T00:00:00Z') + days * DAY_MS;
    await near.keepMeters([
      reading(tenant, read, { byteMs: days * 1e12, overageByteMs: days * 10, timesExceeded: days }),
    ]);
    await closeAll(near, read);
    const closed = await statementsOf(tenant);
    expect(closed.map(({ byteMs }) => Math.round(byteMs / 1e12))).toEqual([31, 28, 31]);
    expect(closed.map(({ timesExceeded }) => timesExceeded)).toEqual([31, 28, 31]);
    await closeAll(near, at('2026-05-01T00:00:00Z'));
    const sum = (await statementsOf(tenant)).reduce((total, { byteMs }) => total + byteMs, 0);
    expect(sum / (days * 1e12)).toBeCloseTo(1, 9);
  });

  it('states whole byte-milliseconds, which add up to what was metered, wherever they were parted', async () => {
    for (const byteMs of [1, 7, 1_000_003, 123_456_789_012_347]) {
      const tenant = await addTenant('2026-02-01T00:00:00Z');
      const meters = { byteMs, overageByteMs: Math.floor(byteMs / 3) };
      await near.keepMeters([reading(tenant, at('2026-04-10T07:11:13.171Z'), meters)]);
      await closeAll(near, at('2026-04-01T00:00:00Z'));
      await closeAll(near, at('2026-05-01T00:00:00Z'));
      const closed = await statementsOf(tenant);
      const figures = closed.flatMap((statement) => [statement.byteMs, statement.overageByteMs]);
      expect(figures.every(Number.isInteger)).toBe(true);
      expect(closed.reduce((sum, statement) => sum + statement.byteMs, 0)).toBe(byteMs);
      expect(closed.reduce((sum, statement) => sum + statement.overageByteMs, 0)).toBe(meters.overageByteMs);
    }
  });

  it('counts requests by whole days and samples of the last, and late ones with the next period', async () => {
    const tenant = await addTenant('2026-02-01T12:00:00Z', '2026-01-01T06:00:00Z');
    const add = (date: string, buckets: Record<string, number>) =>
      test.database.asAdmin('system:test', async (tx) => {
        const requests = Object.values(buckets).reduce((a, b) => a + b, 0);
        const figures = { requests, totalBytesServed: requests * 10, totalBytesWritten: requests * 3 };
        const key = { tenantId: tenant, date: new Date(date) };
        await tx.tenantMetrics.upsert({
          where: { tenantId_date: key },
          create: { ...key, ...figures },
          update: figures,
        });
        for (const [time, count] of Object.entries(buckets)) {
          const sample = { requests: count, bytesServed: count * 10, bytesWritten: count * 3 };
          const place = { tenantId: tenant, bucketStart: new Date(`${date}T${time}:00Z`), processEpoch: 'p' };
          const gauges = { bucketMs: 300_000, usedBytes: 1, entries: 1, quotaBytes: 1, hardLimitBytes: 1 };
          await tx.sample.upsert({
            where: { tenantId_bucketStart_processEpoch: place },
            create: { ...place, ...gauges, ...sample },
            update: sample,
          });
        }
      });
    await add('2026-01-01', { '05:00': 1_000, '06:00': 7 });
    await add('2026-01-20', { '10:00': 100 });
    await add('2026-02-01', { '11:55': 20, '12:00': 3 });
    await closeAll(near, at('2026-02-01T12:01:00Z'));
    expect(await statementsOf(tenant)).toMatchObject([{ requests: 127, bytesServed: 1_270, bytesWritten: 381 }]);
    await add('2026-01-31', { '10:00': 50 });
    await add('2026-02-20', { '10:00': 400 });
    await closeAll(near, at('2026-03-01T12:00:00Z'));
    expect((await statementsOf(tenant))[1]).toMatchObject({ requests: 453, bytesServed: 4_530, bytesWritten: 1_359 });
  });

  it('closes no more than it was asked to, and nothing twice', async () => {
    const tenants = await Promise.all([1, 2, 3].map(() => addTenant('2026-02-01T00:00:00Z')));
    const now = at('2026-03-01T00:00:00Z');
    expect(await near.closePeriods(now, 4)).toHaveLength(4);
    expect(await near.closePeriods(now, 4)).toHaveLength(2);
    expect(await near.closePeriods(now, 4)).toHaveLength(0);
    for (const tenant of tenants) expect(await statementsOf(tenant)).toHaveLength(2);
  });

  it('changes a statement never again, for nobody', async () => {
    const tenant = await addTenant('2026-02-01T00:00:00Z');
    await closeAll(near, at('2026-02-01T00:00:00Z'));
    const change = test.database.asAdmin('system:test', (tx) =>
      tx.$executeRawUnsafe(`UPDATE tenant_cache_statements SET requests = 0 WHERE tenant_id = '${tenant}'`),
    );
    await expect(change).rejects.toThrow(/permission denied/);
  });

  it('lists a tenant’s statements, newest first, by pages', async () => {
    const tenant = await addTenant('2026-02-01T00:00:00Z');
    await closeAll(near, at('2026-06-01T00:00:00Z'));
    const page = await near.statements(tenant, { page: 2, pageSize: 2 });
    expect(page).toMatchObject({ total: 5, page: 2, pageSize: 2 });
    expect(page.items.map(({ periodEnd }) => periodEnd)).toEqual([
      '2026-04-01T00:00:00.000Z',
      '2026-03-01T00:00:00.000Z',
    ]);
  });
});

describe('a period', () => {
  it('of a tenant without a quota row is a calendar month of its plan, and goes on without a gap once it has one', async () => {
    const tenant = `t${randomBytes(5).toString('hex')}` as TenantId;
    await test.database.asAdmin('system:test', (tx) =>
      tx.tenant.create({
        data: { tenantId: tenant, name: tenant, plan: 'Plan', createdAt: new Date('2026-01-12T08:00:00Z') },
      }),
    );
    await near.keepMeters([reading(tenant, at('2026-02-28T23:59:59Z'), { byteMs: 59e10 })]);
    await closeAll(near, at('2026-02-28T23:59:59Z'));
    expect(await statementsOf(tenant)).toHaveLength(1);
    await closeAll(near, at('2026-03-14T00:00:00Z'));
    await test.database.asAdmin('system:test', (tx) =>
      tx.tenantQuota.create({
        data: { tenantId: tenant, quotaMb: 9, quotaResetAt: new Date('2026-03-15T00:00:00Z') },
      }),
    );
    await closeAll(far, at('2026-04-01T00:00:00Z'));
    expect(await statementsOf(tenant)).toMatchObject([
      { periodStart: '2026-01-12T08:00:00.000Z', periodEnd: '2026-02-01T00:00:00.000Z', quotaBytes: 3 * MIB },
      { periodStart: '2026-02-01T00:00:00.000Z', periodEnd: '2026-03-01T00:00:00.000Z', quotaBytes: 3 * MIB },
      { periodStart: '2026-03-01T00:00:00.000Z', periodEnd: '2026-03-15T00:00:00.000Z', quotaBytes: 9 * MIB },
    ]);
    const sum = (await statementsOf(tenant)).reduce((total, { byteMs }) => total + byteMs, 0);
    expect(sum / 59e10).toBeCloseTo(1, 9);
    expect(await resetsOf(tenant)).toHaveLength(3);
  });

  it('is closed early by no clock that runs ahead, and late, not twice, after one that ran behind', async () => {
    const inAnHour = await addTenant(new Date(Date.now() + 3_600_000).toISOString(), '2026-06-01T00:00:00Z');
    const overdue = await addTenant('2026-02-01T00:00:00Z');
    await closeAll(near, at('2099-01-01T00:00:00Z'));
    expect(await statementsOf(inAnHour)).toEqual([]);
    const last = (await statementsOf(overdue)).at(-1)?.periodEnd ?? '';
    expect(at(last)).toBeLessThanOrEqual(Date.now());
    expect(at(last)).toBeGreaterThan(Date.now() - 32 * DAY_MS);
    const due = await addTenant('2026-02-01T00:00:00Z');
    await closeAll(near, 0);
    expect(await statementsOf(due)).toEqual([]);
    await closeAll(near, at('2026-02-02T00:00:00Z'));
    await closeAll(far, at('2026-01-20T00:00:00Z'));
    expect(await statementsOf(due)).toHaveLength(1);
  });

  it('has its share of a reading whose reader’s clock ran far ahead', async () => {
    const tenant = await addTenant('2026-02-01T00:00:00Z');
    await near.keepMeters([reading(tenant, at('2099-01-01T00:00:00Z'), { byteMs: 1e12 })]);
    await closeAll(near, Date.now());
    const sum = (await statementsOf(tenant)).reduce((total, { byteMs }) => total + byteMs, 0);
    expect(sum).toBeGreaterThan(0.5e12);
  });

  it('begins where the last one ended, wherever its end is moved to', async () => {
    const tenant = await addTenant('2026-03-01T00:00:00Z');
    await closeAll(near, at('2026-03-02T00:00:00Z'));
    const move = (to: string) =>
      test.database.asAdmin('system:test', (tx) =>
        tx.tenantQuota.update({ where: { tenantId: tenant }, data: { quotaResetAt: new Date(to) } }),
      );
    await move('2026-01-20T00:00:00Z');
    await closeAll(near, at('2026-03-19T00:00:00Z'));
    expect(await statementsOf(tenant)).toHaveLength(1);
    await move('2026-05-10T00:00:00Z');
    await closeAll(near, at('2026-06-12T00:00:00Z'));
    expect((await statementsOf(tenant)).map(({ periodStart, periodEnd }) => [periodStart, periodEnd])).toEqual([
      ['2026-01-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'],
      ['2026-03-01T00:00:00.000Z', '2026-05-10T00:00:00.000Z'],
      ['2026-05-10T00:00:00.000Z', '2026-06-10T00:00:00.000Z'],
    ]);
  });

  it('has at least the peak that it began with', async () => {
    const tenant = await addTenant('2026-02-01T00:00:00Z');
    const peak = { peakBytes: 9_000 };
    await near.keepMeters([reading(tenant, at('2026-01-20T00:00:00Z'), { ...peak, byteMs: 1 }, 9_000)]);
    await near.keepMeters([reading(tenant, at('2026-01-31T00:00:00Z'), { ...peak, byteMs: 2 }, 5_000)]);
    await closeAll(near, at('2026-02-01T00:00:00Z'));
    await near.keepMeters([reading(tenant, at('2026-02-20T00:00:00Z'), { ...peak, byteMs: 3 }, 100)]);
    await closeAll(near, at('2026-04-01T00:00:00Z'));
    expect((await statementsOf(tenant)).map(({ peakBytes }) => peakBytes)).toEqual([9_000, 5_000, 100]);
  });
});

describe('200 tenants whose periods end at once', () => {
  it('are closed once each by two that do it side by side, and each statement is returned to one of them', async () => {
    const tenants: TenantId[] = [];
    while (tenants.length < 200) tenants.push(await addTenant('2026-02-01T00:00:00Z'));
    const nowMs = at('2026-02-01T00:00:00Z');
    await near.keepMeters(tenants.map((tenant, index) => reading(tenant, nowMs, { byteMs: 1_000 + index })));
    const closed = async (directory: TenantDirectory) => {
      const statements: Statement[] = [];
      for (let round: readonly Statement[] = []; ; ) {
        round = await directory.closePeriods(nowMs, 7);
        statements.push(...round);
        if (round.length === 0) return statements;
      }
    };
    const both = (await Promise.all([closed(near), closed(far)])).flat();
    const own = both.filter(({ tenantId }) => tenants.includes(tenantId));
    expect(own.map(({ tenantId }) => tenantId).sort()).toEqual([...tenants].sort());
    for (const [index, tenant] of tenants.entries()) {
      expect((await statementsOf(tenant)).map(({ byteMs }) => byteMs)).toEqual([1_000 + index]);
    }
    expect(await resetsOf(tenants[0] as TenantId)).toHaveLength(1);
  }, 300_000);
});

describe('two that close at once, beside readings that come in', () => {
  it('leave one statement for each tenant and period, one audit row each, and sums that add up', async () => {
    const rounds = Number(process.env.PERIOD_ROUNDS ?? 100);
    const began = [1, 2, 3, 4].map(() => addTenant('2016-02-01T00:00:00Z', '2016-01-01T00:00:00Z'));
    const tenants = await Promise.all(began);
    let endMs = at('2016-02-01T00:00:00Z');
    let metered = 0;
    for (let round = 0; round < rounds / 4; round++) {
      metered += 1_000 + round;
      const readings = tenants.map((tenant) =>
        reading(tenant, endMs - 60_000, { byteMs: metered, timesExceeded: round }),
      );
      await Promise.all([
        near.keepMeters(readings),
        near.closePeriods(endMs, 100),
        far.closePeriods(endMs, 100),
        far.keepMeters([...readings].reverse()),
        near.closePeriods(endMs, 2),
      ]);
      const date = new Date(endMs);
      endMs = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
    }
    await closeAll(near, endMs);
    for (const tenant of tenants) {
      const statements: Statement[] = [];
      for (let page = 1; page <= 3; page++)
        statements.push(...(await near.statements(tenant, { page, pageSize: 100 })).items);
      assert.equal(statements.length, rounds / 4 + 1);
      assert.equal(new Set(statements.map(({ periodStart }) => periodStart)).size, statements.length);
      const ordered = [...statements].reverse();
      const ends = ordered.map(({ periodEnd }) => periodEnd).slice(0, -1);
      assert.deepEqual(ordered.map(({ periodStart }) => periodStart).slice(1), ends);
      assert.equal((await resetsOf(tenant)).length, Math.min(100, statements.length));
      const sum = statements.reduce((total, { byteMs }) => total + byteMs, 0);
      assert.ok(Math.abs(sum - metered) < 1e-3, `${sum} of ${metered}`);
    }
  }, 300_000);
});
