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
