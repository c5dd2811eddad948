import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { INSERT_PLAN, INSERT_ROW } from './tenant-rows.js';
import { createTestDatabase, sql, type TestDatabase } from './test-database.js';

let test: TestDatabase;
const insert = (table: string, id: string) => INSERT_ROW[table]?.(id) ?? '';
const ROWS = 'SELECT tenant_id, period_start::text, requests::int FROM tenant_cache_statements';

beforeAll(async () => {
  test = await createTestDatabase();
  await sql(test.superUrl, INSERT_PLAN, insert('tenant_cache_statements', 'a'), insert('tenant_cache_meters', 'a'));
});
afterAll(() => test.drop());

describe('a statement', () => {
  const attempts = [
    'UPDATE tenant_cache_statements SET requests = 0',
    'DELETE FROM tenant_cache_statements',
    'TRUNCATE tenant_cache_statements',
  ];

  it.each(attempts)('is changed by neither role: %s', async (statement) => {
    const byAdmin = test.database.asAdmin('tester', (tx) => tx.$executeRawUnsafe(statement));
    await expect(byAdmin).rejects.toThrow(/permission denied/);
    const byTenant = test.database.withTenant('a', (tx) => tx.$executeRawUnsafe(statement));
    await expect(byTenant).rejects.toThrow(/permission denied/);
  });

  it.each(attempts)('is changed by no owner and no superuser: %s', async (statement) => {
    await expect(sql(test.ownerUrl, statement)).rejects.toThrow(/append-only/);
    await expect(sql(test.superUrl, statement)).rejects.toThrow(/append-only/);
  });

  it('is one per tenant and start, and ends after it begins', async () => {
    const again = test.database.asAdmin('tester', (tx) => tx.$executeRawUnsafe(insert('tenant_cache_statements', 'a')));
    await expect(again).rejects.toThrow(/unique|duplicate/i);
    const backwards = insert('tenant_cache_statements', 'b').replace('2026-11-01', '2026-09-01');
    await expect(sql(test.superUrl, backwards)).rejects.toThrow(/check constraint/);
  });

  it('is read by its tenant, which writes neither statements nor meters, not even its own', async () => {
    expect(await test.database.withTenant('a', (tx) => tx.$queryRawUnsafe(ROWS))).toEqual([
      { tenant_id: 'a', period_start: expect.any(String), requests: 1 },
    ]);
    expect(await test.database.withTenant('b', (tx) => tx.$queryRawUnsafe(ROWS))).toEqual([]);
    for (const statement of [
      insert('tenant_cache_statements', 'b'),
      insert('tenant_cache_meters', 'b'),
      'UPDATE tenant_cache_meters SET byte_ms = 0',
      'DELETE FROM tenant_cache_meters',
    ]) {
      const written = test.database.withTenant('b', (tx) => tx.$executeRawUnsafe(statement));
      await expect(written).rejects.toThrow(/permission denied/);
    }
  });

  it('outlives its tenant', async () => {
    await sql(
      test.superUrl,
      insert('tenants', 'gone'),
      insert('tenant_cache_statements', 'gone'),
      `DELETE FROM tenants WHERE tenant_id = 'gone'`,
    );
    expect(await sql(test.superUrl, `${ROWS} WHERE tenant_id = 'gone'`)).toHaveLength(1);
  });
});
