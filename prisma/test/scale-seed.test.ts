import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { removeScale, scaleRows, seedScale } from '../src/index.js';
import { createTestDatabase, sql, type TestDatabase } from './test-database.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const SIZE = { tenants: 12, days: 10, sampleDays: 1, bucketMs: 3_600_000, seed: 1 };
const all = () => ({ adminUrl: test.adminUrl, ...SIZE });

async function figures() {
  const rows = await sql<{ days: number; samples: number; sum: string; broken: number; open: number }>(
    test.superUrl,
    `SELECT (SELECT count(*)::int FROM tenant_cache_metrics) AS days, (SELECT count(*)::int FROM tenant_cache_samples) AS samples,
            (SELECT sum(requests)::text FROM tenant_cache_metrics) AS sum,
            (SELECT count(*)::int FROM tenant_cache_metrics WHERE l1_hits + l2_hits + misses <> requests) AS broken,
            (SELECT count(*)::int FROM tenant_cache_metrics m WHERE folded_at IS NULL AND NOT EXISTS (
               SELECT 1 FROM tenant_cache_counter_parts p WHERE p.tenant_id = m.tenant_id AND p.date = m.date
                  AND p.requests = m.requests)) AS open`,
  );
  return rows[0];
}

it('makes every day and sample once, whose figures add up, and none again', async () => {
  const rows = scaleRows(all());
  expect(await seedScale(all())).toBe(rows.days + rows.samples);
  const made = await figures();
  expect(made).toMatchObject({ days: rows.days, samples: rows.samples, broken: 0, open: 0 });
  expect(await seedScale(all())).toBe(0);
  expect(await figures()).toEqual(made);
});

it('goes on where a run was broken off, and comes to the same figures', async () => {
  const made = await figures();
  await sql(test.superUrl, `DELETE FROM tenant_cache_metrics WHERE date > current_date - 5`);
  expect(await seedScale(all())).toBe(5 * SIZE.tenants);
  expect(await figures()).toEqual(made);
});

it('leaves a database with other tenants alone, and removes nothing of theirs', async () => {
  await sql(test.superUrl, `INSERT INTO tenants (tenant_id, name, plan) SELECT 'own', 'Own', name FROM plans LIMIT 1`);
  await sql(test.superUrl, `INSERT INTO tenant_cache_metrics (tenant_id, date) VALUES ('own', current_date)`);
  await expect(seedScale(all())).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  expect(await removeScale({ adminUrl: test.adminUrl })).toBe(SIZE.tenants);
  expect(await figures()).toMatchObject({ days: 1, samples: 0 });
  expect(await sql(test.superUrl, 'SELECT tenant_id FROM tenants')).toEqual([{ tenant_id: 'own' }]);
});

it('refuses where an id of its own is somebody else’s', async () => {
  await sql(
    test.superUrl,
    `INSERT INTO tenants (tenant_id, name, plan) SELECT 'scale_00001', 'A customer', name FROM plans LIMIT 1`,
  );
  await expect(seedScale({ ...all(), besideOthers: true })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
});
