import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Actor } from '../../src/core/directory.js';
import type { TenantSettings } from '../../src/core/quota.js';
import { tenantId } from '../../src/core/tenant-id.js';
import { type PostgresTenantsOptions, postgresTenants } from '../../src/postgres/index.js';
import { tenantChangesContract } from '../contract/tenant-changes.suite.js';
import { type MakeTenantDirectory, tenantDirectoryContract } from '../contract/tenant-directory.suite.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const MIB = 1_048_576;
const ACTOR: Actor = { id: 'admin@example.com', source: 'api' };
let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const columns = ({ quotaBytes, overageLimitBytes = 0, ...rest }: TenantSettings) => ({
  quotaMb: quotaBytes / MIB,
  overageLimitMb: overageLimitBytes / MIB,
  ...rest,
});

const make: MakeTenantDirectory = async (tenants, fallback, plans = {}) => {
  await test.database.asAdmin('system:test', async (tx) => {
    const plan = { name: 'Fallback', ...columns(fallback), isDefault: true };
    await tx.plan.upsert({ where: { name: plan.name }, create: plan, update: plan });
    await tx.plan.createMany({
      data: Object.entries(plans).map(([name, settings]) => ({ name, ...columns(settings) })),
    });
    const ids = Object.keys(tenants);
    await tx.tenant.createMany({ data: ids.map((id) => ({ tenantId: id, name: id, plan: plan.name })) });
    await tx.tenantQuota.createMany({
      data: Object.entries(tenants).map(([id, settings]) => ({ tenantId: id, ...columns(settings) })),
    });
  });
  return postgresTenants({ url: test.appUrl, adminUrl: test.adminUrl });
};

tenantDirectoryContract('postgres', make, async (tenantId) => {
  const quotaResetAt = new Date();
  await test.database.asAdmin('system:test', (tx) =>
    tx.tenantQuota.update({ where: { tenantId }, data: { quotaResetAt } }),
  );
  return quotaResetAt.getTime() + 1;
});

tenantChangesContract('postgres', make);

describe('postgresTenants', () => {
  it('gives a tenant without a quota row its plan, at version 0, and makes the row with the first change', async () => {
    await test.database.asAdmin('system:test', async (tx) => {
      await tx.plan.create({ data: { name: 'Big', quotaMb: 64, policy: 'ttl' } });
      await tx.tenant.create({ data: { tenantId: 'planned', name: 'Planned', plan: 'Big', suspended: true } });
    });
    const directory = postgresTenants({ url: test.appUrl, adminUrl: test.adminUrl });
    const planned = tenantId('planned');
    const before = await directory.find(planned);
    expect(before).toMatchObject({ plan: 'Big', name: 'Planned', version: 0, known: true, suspended: true });
    expect(before.settings).toMatchObject({ quotaBytes: 64 * MIB, policy: 'ttl' });
    const after = await directory.changeQuota(planned, { settings: { quotaBytes: MIB }, reason: 'own' }, 0, ACTOR);
    expect(after).toMatchObject({ version: 1, settings: { quotaBytes: MIB, policy: 'ttl' } });
    await directory.close();
  });

  it('refuses a quota that is not whole MiB or does not fit its column, and an actor or reason the audit cannot keep', async () => {
    const directory = postgresTenants({ url: test.appUrl, adminUrl: test.adminUrl });
    const planned = tenantId('planned');
    const refused = (settings: Partial<TenantSettings>, reason = 'a reason', actor = ACTOR) =>
      expect(directory.changeQuota(planned, { settings, reason }, 1, actor)).rejects.toMatchObject({
        code: 'REQUEST_INVALID',
      });
    await refused({ quotaBytes: MIB + 1 });
    await refused({ overageLimitBytes: 1 });
    await refused({ quotaBytes: 2 ** 31 * MIB });
    await refused({ quotaBytes: MIB }, 'no');
    await refused({ quotaBytes: MIB }, 'x'.repeat(501));
    await refused({ quotaBytes: MIB }, 'a reason', { ...ACTOR, id: '' });
    await refused({ quotaBytes: MIB }, 'a reason', { ...ACTOR, onBehalfOf: 'x'.repeat(201) });
    expect((await directory.find(planned)).version).toBe(1);
    await directory.close();
  });

  it('keeps the change where the address of the actor is none', async () => {
    const directory = postgresTenants({ url: test.appUrl, adminUrl: test.adminUrl });
    const planned = tenantId('planned');
    await directory.recordDeed(
      planned,
      { action: 'clear', reason: 'made-up address' },
      { ...ACTOR, ip: 'unknown, proxy' },
    );
    await directory.recordDeed(
      planned,
      { action: 'clear', reason: 'real address' },
      { ...ACTOR, ip: '::ffff:192.0.2.7' },
    );
    const rows = await test.database.asAdmin('system:test', (tx) =>
      tx.quotaChange.findMany({ where: { action: 'clear', tenantId: planned }, orderBy: { id: 'asc' } }),
    );
    expect(rows.map(({ ip }) => ip)).toEqual([null, '::ffff:192.0.2.7']);
    await directory.close();
  });

  it('sorts by use and by time of change', async () => {
    const directory = postgresTenants({ url: test.appUrl, adminUrl: test.adminUrl });
    await test.database.asAdmin('system:test', async (tx) => {
      for (const [id, usageMb] of [
        ['use-1', 1.5],
        ['use-2', 0.25],
        ['use-3', 9],
      ] as const) {
        await tx.tenant.create({ data: { tenantId: id, name: id, plan: 'Big' } });
        await tx.tenantQuota.create({ data: { tenantId: id, quotaMb: 10, currentUsageMb: usageMb } });
      }
    });
    const ids = async (sort: 'usage' | 'changed') => {
      const page = await directory.list({ search: 'use-', sort, order: 'desc', page: 1, pageSize: 10 });
      return page.items.map((item) => item.tenantId);
    };
    expect(await ids('usage')).toEqual(['use-3', 'use-1', 'use-2']);
    await directory.changeQuota(tenantId('use-1'), { settings: { quotaBytes: MIB }, reason: 'latest' }, 1, ACTOR);
    expect((await ids('changed'))[0]).toBe('use-1');
    await directory.close();
  });

  it('finds without the admin role, and administers nothing', async () => {
    const directory = postgresTenants({ url: test.appUrl });
    expect((await directory.find(tenantId('planned'))).known).toBe(true);
    const invalid = { code: 'OPTION_INVALID' };
    await expect(directory.list({ page: 1, pageSize: 1 })).rejects.toMatchObject(invalid);
    await expect(directory.audit({ page: 1, pageSize: 1 })).rejects.toMatchObject(invalid);
    await expect(
      directory.recordDeed(tenantId('planned'), { action: 'clear', reason: 'reason' }, ACTOR),
    ).rejects.toMatchObject(invalid);
    const change = { settings: {}, reason: 'reason' };
    await expect(directory.changeQuota(tenantId('planned'), change, 1, ACTOR)).rejects.toMatchObject(invalid);
    await directory.close();
  });

  it('is DIRECTORY_UNAVAILABLE where Postgres does not listen, without the password in what it says', async () => {
    const directory = postgresTenants({ url: 'postgresql://role:hidden-word@127.0.0.1:9/none', timeout: '1s' });
    const error = await directory.find(tenantId('planned')).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'DIRECTORY_UNAVAILABLE', status: 503 });
    expect(String((error as Error).stack) + String((error as Error).cause)).not.toContain('hidden-word');
    await directory.close();
  });

  it('is DIRECTORY_UNAVAILABLE for an unknown tenant where no plan is the default', async () => {
    const bare = await createTestDatabase();
    const directory = postgresTenants({ url: bare.appUrl });
    await expect(directory.find(tenantId('nobody'))).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' });
    await directory.close();
    await bare.drop();
  });

  it('refuses options that are not allowed, and never repeats a URL', () => {
    const url = test.appUrl;
    for (const [options, said] of [
      [{ url: 'redis://role:hidden-word@host' }, /url that is not a URL of Postgres/],
      [{ url, adminUrl: 'hidden-word' }, /adminUrl that is not/],
      [{ url, poolSize: 0 }, /poolSize: 0/],
      [{ url, timeout: -1 }, /timeout: -1/],
      [{ url, pool: 3 }, /unknown option pool/],
    ] as const) {
      const attempt = () => postgresTenants(options as PostgresTenantsOptions);
      expect(attempt).toThrow(said);
      expect(attempt).not.toThrow(/hidden-word/);
    }
  });
});
