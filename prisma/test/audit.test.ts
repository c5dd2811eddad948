import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, sql, type TestDatabase } from './test-database.js';

let test: TestDatabase;
const row = { tenantId: 'a', actor: 'tester', source: 'system', action: 'quota', reason: 'because' };

beforeAll(async () => {
  test = await createTestDatabase();
  await test.database.asAdmin('tester', (tx) => tx.quotaChange.create({ data: row }));
});
afterAll(() => test.drop());

describe('the audit is append-only', () => {
  const attempts = [
    'UPDATE quota_changes SET reason = $$other$$',
    'DELETE FROM quota_changes',
    'TRUNCATE quota_changes',
  ];

  it.each(attempts)('for the admin role: %s', async (statement) => {
    const attempt = test.database.asAdmin('tester', (tx) => tx.$executeRawUnsafe(statement));
    await expect(attempt).rejects.toThrow(/permission denied/);
  });

  it.each(attempts)('for the app role: %s', async (statement) => {
    const attempt = test.database.withTenant('a', (tx) => tx.$executeRawUnsafe(statement));
    await expect(attempt).rejects.toThrow(/permission denied/);
  });

  it.each(attempts)('for the owner and a superuser, too: %s', async (statement) => {
    await expect(sql(test.ownerUrl, statement)).rejects.toThrow(/append-only/);
    await expect(sql(test.superUrl, statement)).rejects.toThrow(/append-only/);
  });

  it('and keeps its row through all of it', async () => {
    expect(await sql(test.superUrl, 'SELECT tenant_id, reason FROM quota_changes')).toEqual([
      { tenant_id: 'a', reason: 'because' },
    ]);
  });
});

describe('an audit row', () => {
  it('names the actor of its own transaction and nobody else', async () => {
    const forged = test.database.asAdmin('tester', (tx) =>
      tx.quotaChange.create({ data: { ...row, actor: 'somebody' } }),
    );
    await expect(forged).rejects.toThrow(/row-level security/);
  });

  it('is not written by the app role', async () => {
    const written = test.database.withTenant('a', (tx) => tx.quotaChange.create({ data: row }));
    await expect(written).rejects.toThrow(/permission denied/);
  });

  it('is read by its tenant and by no other', async () => {
    expect(await test.database.withTenant('a', (tx) => tx.quotaChange.count())).toBe(1);
    expect(await test.database.withTenant('b', (tx) => tx.quotaChange.count())).toBe(0);
  });
});

describe('an audit row of what holds for all tenants', () => {
  const fleet = { ...row, tenantId: null, action: 'fleet' };

  it('is read by the admin role, and by no tenant', async () => {
    await test.database.asAdmin('tester', (tx) => tx.quotaChange.create({ data: fleet }));
    const counted = (id: string) => test.database.withTenant(id, (tx) => tx.quotaChange.count());
    expect([await counted('a'), await counted('b')]).toEqual([1, 0]);
    expect(await test.database.asAdmin('tester', (tx) => tx.quotaChange.count({ where: { tenantId: null } }))).toBe(1);
  });

  it.each([
    { ...row, tenantId: null },
    { ...fleet, tenantId: 'a' },
  ])('has no tenant, and every other has one: %j is refused', async (data) => {
    const written = test.database.asAdmin('tester', (tx) => tx.quotaChange.create({ data }));
    await expect(written).rejects.toThrow(/quota_changes_fleet_check/);
  });
});

describe('the settings of all tenants', () => {
  const statement = (work: string) => test.database.asAdmin('tester', (tx) => tx.$executeRawUnsafe(work));

  it('are one row, always', async () => {
    await expect(statement('INSERT INTO fleet_settings DEFAULT VALUES')).rejects.toThrow(/permission denied/);
    await expect(statement('DELETE FROM fleet_settings')).rejects.toThrow(/permission denied/);
    await expect(sql(test.superUrl, 'INSERT INTO fleet_settings (id) VALUES (false)')).rejects.toThrow(/check/);
  });

  it('are read without a tenant, and changed by no tenant', async () => {
    const read = await test.database.withoutTenant((tx) => tx.$queryRaw<unknown[]>`SELECT id FROM fleet_settings`);
    expect(read).toEqual([{ id: true }]);
    const changed = test.database.withTenant('a', (tx) =>
      tx.$executeRawUnsafe('UPDATE fleet_settings SET shared_store_bypassed = true'),
    );
    await expect(changed).rejects.toThrow(/permission denied/);
    expect(await sql(test.adminUrl, 'UPDATE fleet_settings SET shared_store_bypassed = true RETURNING id')).toEqual([]);
  });

  it('open no tenant’s row to who reads without a tenant', async () => {
    const rows = await test.database.withoutTenant((tx) => tx.$queryRaw<unknown[]>`SELECT 1 FROM quota_changes`);
    expect(rows).toEqual([]);
  });
});
