import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Prisma, type Tx } from '@tenantcache/database';
import { tenantId } from '../../src/core/tenant-id.js';
import { postgresTenants } from '../../src/postgres/index.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const ACTOR = { id: 'admin@example.com', source: 'api' } as const;
const at = new Date('2026-11-20T10:00:00Z');
/** What stays of a tenant that was removed. */
const STAYS = ['quota_changes', 'tenant_cache_statements'];

describe('what Postgres has of a tenant that was removed', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
    await test.database.asAdmin('system:test', (tx) =>
      tx.plan.create({ data: { name: 'Plan', quotaMb: 10, isDefault: true } }),
    );
  });
  afterAll(() => test.drop());
  const asAdmin = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => test.database.asAdmin('system:test', work);

  /** Every table with a tenant, and how many rows it has of one. */
  const rowsOf = (id: string) =>
    asAdmin(async (tx) => {
      const tables = await tx.$queryRaw<{ name: string }[]>`
        SELECT c.relname AS name FROM pg_class c
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
         WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace ORDER BY 1`;
      const counts: Record<string, number> = {};
      for (const { name } of tables) {
        const [row] = await tx.$queryRaw<{ rows: number }[]>`
          SELECT count(*)::int AS rows FROM ${Prisma.raw(name)} WHERE tenant_id = ${id}`;
        counts[name] = row?.rows ?? -1;
      }
      return counts;
    });

  /** One row in each of them. */
  const fill = (id: string) =>
    asAdmin(async (tx) => {
      await tx.tenant.create({ data: { tenantId: id, name: id, plan: 'Plan', createdAt: at } });
      await tx.$executeRaw`INSERT INTO tenant_cache_quotas (tenant_id, quota_mb) VALUES (${id}, 4)`;
      await tx.$executeRaw`INSERT INTO tenant_cache_crossings (tenant_id, at, from_state, to_state, used_bytes, quota_bytes,
        hard_limit_bytes) VALUES (${id}, ${at}, 'ok', 'warning', 1, 1, 1)`;
      await tx.$executeRaw`INSERT INTO tenant_cache_metrics (tenant_id, date) VALUES (${id}, ${at}::date)`;
      await tx.$executeRaw`INSERT INTO tenant_cache_counter_parts (tenant_id, date, process_epoch)
        VALUES (${id}, ${at}::date, 'p')`;
      await tx.$executeRaw`INSERT INTO tenant_cache_resource_parts (tenant_id, date, resource, process_epoch)
        VALUES (${id}, ${at}::date, 'prices', 'p')`;
      await tx.$executeRaw`INSERT INTO tenant_cache_samples (tenant_id, bucket_start, process_epoch, bucket_ms, used_bytes,
        entries, quota_bytes, hard_limit_bytes) VALUES (${id}, ${at}, 'p', 15000, 1, 1, 1, 1)`;
      await tx.$executeRaw`INSERT INTO tenant_cache_curves (tenant_id, process_epoch, saved_at, sample)
        VALUES (${id}, 'p', ${at}, '{}')`;
      await tx.$executeRaw`INSERT INTO tenant_cache_meters (tenant_id, since, read_at, byte_ms, overage_byte_ms, peak_bytes,
        times_exceeded) VALUES (${id}, ${at}, ${at}, 1, 0, 1, 0)`;
      await tx.$executeRaw`INSERT INTO tenant_cache_statements (tenant_id, period_start, period_end, quota_bytes, peak_bytes,
        byte_ms, overage_byte_ms, times_exceeded, requests, bytes_served, bytes_written)
        VALUES (${id}, '2026-10-01', '2026-11-01', 1, 1, 1, 0, 0, 1, 1, 1)`;
      await tx.$executeRaw`INSERT INTO shared_access (tenant_id, dataset, group_name, kind, hour, process_epoch, reads, limited)
        VALUES (${id}, 'market', 'binance:BTC/USDT', 'price', ${at}, 'p1', 1, 0)`;
      await tx.$executeRaw`INSERT INTO watchlists (tenant_id, name, groups) VALUES (${id}, 'majors', '["x:BTC/USDT"]')`;
      await tx.$executeRaw`INSERT INTO alert_rules (tenant_id, rules) VALUES (${id}, '{}')`;
      await tx.$executeRaw`INSERT INTO alert_states (tenant_id, kind, threshold, raised, changed_at)
        VALUES (${id}, 'quota', 80, true, ${at})`;
      await tx.$executeRaw`INSERT INTO alerts (tenant_id, kind, threshold, value, raised_at)
        VALUES (${id}, 'quota', 80, 81, ${at})`;
      const [hook] = await tx.$queryRaw<{ id: string }[]>`INSERT INTO webhooks (tenant_id, url, secret, events)
        VALUES (${id}, 'https://example.com/', 'whsec_0123456789012345678901234567', '[]') RETURNING id::text`;
      await tx.$executeRaw`INSERT INTO webhook_deliveries (id, webhook_id, type, body)
        VALUES (gen_random_uuid(), ${hook?.id}::uuid, 'ping', '{}')`;
      await tx.$executeRaw`INSERT INTO api_keys (tenant_id, name, prefix, digest, scopes, created_by) VALUES (${id}, 'Key',
        'tck_01234567', encode(sha256(${id}::bytea), 'hex'), '[]', 'tester')`;
      const [user] = await tx.$queryRaw<
        { id: string }[]
      >`INSERT INTO users (email, name, role, tenant_id, password_hash)
        VALUES (${`${id}@example.com`}, ${id}, 'tenant_admin', ${id}, 'x') RETURNING id::text`;
      await tx.$executeRaw`INSERT INTO sessions (id_hash, user_id, expires_at)
        VALUES (encode(sha256(${id}::bytea), 'hex'), ${user?.id}::uuid, now())`;
      await tx.$executeRaw`INSERT INTO portfolios (tenant_id, id, name) VALUES (${id}, 'pf', 'Portfolio')`;
      await tx.$executeRaw`INSERT INTO positions (tenant_id, portfolio_id, symbol, quantity, average_price)
        VALUES (${id}, 'pf', 'BTC/USDT', 1, 1)`;
      await tx.$executeRaw`INSERT INTO trades (tenant_id, id, portfolio_id, symbol, side, quantity, price)
        VALUES (${id}, 't1', 'pf', 'BTC/USDT', 'buy', 1, 1)`;
      await tx.$executeRaw`INSERT INTO signals (tenant_id, symbol, timeframe, kind, strength, computed_at, valid_until)
        VALUES (${id}, 'BTC/USDT', '1h', 'trend', 0.5, ${at}, now())`;
      await tx.$executeRaw`INSERT INTO members (tenant_id, id, name) VALUES (${id}, 'ann', 'Ann')`;
      await tx.$executeRaw`INSERT INTO teams (tenant_id, id, name) VALUES (${id}, 'desk', 'Desk')`;
      await tx.$executeRaw`INSERT INTO roles (tenant_id, id, name) VALUES (${id}, 'trader', 'Trader')`;
      await tx.$executeRaw`INSERT INTO role_permissions (tenant_id, role_id, action) VALUES (${id}, 'trader', '*')`;
      await tx.$executeRaw`INSERT INTO team_members (tenant_id, member_id, team_id) VALUES (${id}, 'ann', 'desk')`;
      await tx.$executeRaw`INSERT INTO member_roles (tenant_id, member_id, role_id) VALUES (${id}, 'ann', 'trader')`;
      await tx.$executeRaw`INSERT INTO team_roles (tenant_id, team_id, role_id) VALUES (${id}, 'desk', 'trader')`;
    });

  const others = (counts: Record<string, number>) =>
    Object.fromEntries(Object.entries(counts).filter(([name]) => !STAYS.includes(name)));

  it('is its audit and its statements, the last of which ends now; of other tenants all is as it was', async () => {
    for (const id of ['gone', 'stays']) await fill(id);
    const before = await rowsOf('gone');
    expect(Object.entries({ ...before, quota_changes: 1 }).filter(([, rows]) => rows === 0)).toEqual([]);
    const directory = postgresTenants({ url: test.appUrl, adminUrl: test.adminUrl });
    const gone = tenantId('gone');
    const { version } = await directory.find(gone);
    await directory.remove(gone, version, 'left us', ACTOR);
    const after = await rowsOf('gone');
    expect(Object.entries(others(after)).filter(([, rows]) => rows > 0)).toEqual([]);
    expect([after.tenant_cache_statements, after.quota_changes]).toEqual([2, 2]);
    const stays = await rowsOf('stays');
    expect(others(stays)).toEqual(others(before));
    const left = await asAdmin(
      (tx) => tx.$queryRaw<object[]>`
      SELECT id_hash FROM sessions UNION ALL SELECT id::text FROM webhook_deliveries`,
    );
    expect(left).toHaveLength(2);
    const { items } = await directory.allStatements({}, { page: 1, pageSize: 10 });
    expect(items.filter((statement) => statement.tenantId === gone)).toHaveLength(2);
    await directory.close();
  });

  it('is nothing that came late either, once a tenant of its id is made anew', async () => {
    const directory = postgresTenants({ url: test.appUrl, adminUrl: test.adminUrl });
    const gone = tenantId('gone');
    const meters = { sinceMs: at.getTime(), byteMs: 9e15, overageByteMs: 0, peakBytes: 1, timesExceeded: 0 };
    await directory.keepMeters([{ tenantId: gone, atMs: Date.now(), usedBytes: 1, meters }]);
    expect((await rowsOf('gone')).tenant_cache_meters).toBe(0);
    await asAdmin(
      (tx) =>
        tx.$executeRaw`INSERT INTO tenant_cache_metrics (tenant_id, date, requests) VALUES ('gone', ${at}::date, 7)`,
    );
    await directory.create({ tenantId: gone, name: 'Anew', plan: 'Plan', suspended: false }, 'came back', ACTOR);
    const rows = others(await rowsOf('gone'));
    expect(Object.entries(rows).filter(([, count]) => count > 0)).toEqual([['tenants', 1]]);
    expect(await directory.openStatement(gone, Date.now())).toMatchObject({ byteMs: 0, requests: 0 });
    expect(await directory.closePeriods(Date.now(), 10)).toEqual([]);
    await directory.close();
  });

  it('says nothing of when the period of the next of its id began', async () => {
    const directory = postgresTenants({ url: test.appUrl, adminUrl: test.adminUrl });
    const [id, month] = [tenantId('long-ago'), 31 * 86_400_000];
    const [start, end] = [new Date(Date.now() - 5 * month), new Date(Date.now() - 4 * month)];
    await asAdmin(
      (
        tx,
      ) => tx.$executeRaw`INSERT INTO tenant_cache_statements (tenant_id, period_start, period_end, quota_bytes, peak_bytes,
        byte_ms, overage_byte_ms, times_exceeded, requests, bytes_served, bytes_written)
        VALUES (${id}, ${start}, ${end}, 1, 1, 1, 0, 0, 1, 1, 1)`,
    );
    const beforeMs = Date.now();
    await directory.create({ tenantId: id, name: 'Anew', plan: 'Plan', suspended: false }, 'came back', ACTOR);
    const { periodStart } = await directory.openStatement(id, Date.now());
    // The clock is that of this machine, and columns hold milliseconds.
    expect(Date.parse(periodStart)).toBeGreaterThanOrEqual(beforeMs - 1);
    expect((await directory.closePeriods(Date.now(), 10)).filter(({ tenantId }) => tenantId === id)).toEqual([]);
    await directory.close();
  });

  it('the app role makes, changes and removes no tenant', async () => {
    const asTenant = (sql: Prisma.Sql) => test.database.withTenant('stays', (tx) => tx.$executeRaw(sql));
    for (const sql of [
      Prisma.sql`INSERT INTO tenants (tenant_id, name, plan) VALUES ('stays', 'x', 'Plan')`,
      Prisma.sql`UPDATE tenants SET suspended = false`,
      Prisma.sql`UPDATE tenants SET version = 9`,
      Prisma.sql`DELETE FROM tenants`,
      Prisma.sql`DELETE FROM alerts`,
    ]) {
      await expect(asTenant(sql)).rejects.toThrow(/permission denied/);
    }
    await expect(asAdmin((tx) => tx.$executeRaw`DELETE FROM tenant_cache_statements`)).rejects.toThrow();
    await expect(asAdmin((tx) => tx.$executeRaw`DELETE FROM quota_changes`)).rejects.toThrow();
  });
});
