import { describe, expect, it } from '@jest/globals';
import type { Actor } from '../../../src/core/directory.js';
import type { StaticTenantsOptions } from '../../../src/core/static-tenants.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { staticTenants } from '../../../src/tenant/static-tenants.js';

const actor: Actor = { id: 'ops@example.com', source: 'api' };
const [acme, blue, other] = [tenantId('acme'), tenantId('blue'), tenantId('other')];
const make = (more: Partial<StaticTenantsOptions> = {}) =>
  staticTenants({
    static: { acme: { quotaBytes: 100, name: 'Zebra' }, blue: { quotaBytes: 50, suspended: true } },
    ...more,
  });

describe('static tenants', () => {
  it('have every default filled in', async () => {
    expect(await make().find(acme)).toEqual({
      tenantId: 'acme',
      name: 'Zebra',
      plan: 'static',
      suspended: false,
      known: true,
      version: 1,
      changedAtMs: expect.any(Number),
      settings: { quotaBytes: 100, overageAllowed: false, overageLimitBytes: 0, policy: 'lru', enforcement: 'hard' },
    });
    expect(await make().find(blue)).toMatchObject({ name: 'blue', suspended: true });
  });

  it('give the default to others, and refuse them where there is none', async () => {
    const found = await make({ default: { quotaBytes: 7, policy: 'reject' } }).find(other);
    expect(found).toMatchObject({
      tenantId: 'other',
      known: false,
      version: 0,
      settings: { quotaBytes: 7, policy: 'reject' },
    });
    await expect(make().find(other)).rejects.toMatchObject({ code: 'TENANT_NOT_FOUND' });
    await expect(make().find(tenantId('constructor'))).rejects.toMatchObject({ code: 'TENANT_NOT_FOUND' });
  });

  it('are found, sorted and paged', async () => {
    const directory = make();
    const ids = async (query: object) =>
      (await directory.list({ page: 1, pageSize: 10, ...query })).items.map((record) => record.tenantId);
    expect(await ids({})).toEqual(['blue', 'acme']);
    expect(await ids({ order: 'desc' })).toEqual(['acme', 'blue']);
    expect(await ids({ sort: 'quota' })).toEqual(['blue', 'acme']);
    expect(await ids({ sort: 'usage' })).toEqual(['blue', 'acme']);
    expect(await ids({ search: 'zEB' })).toEqual(['acme']);
    expect(await ids({ search: 'BLU' })).toEqual(['blue']);
    expect(await ids({ page: 2, pageSize: 1 })).toEqual(['acme']);
    await directory.changeQuota(blue, { settings: { quotaBytes: 60 }, reason: 'r' }, 1, actor);
    expect((await directory.list({ page: 1, pageSize: 1, sort: 'changed', order: 'desc' })).total).toBe(2);
  });

  it('change only at the expected version, and only to what is allowed', async () => {
    const directory = make();
    const change = { settings: { quotaBytes: 200 }, reason: 'growth' };
    const changed = await directory.changeQuota(acme, change, 1, actor);
    expect(changed).toMatchObject({ version: 2, settings: { quotaBytes: 200, policy: 'lru' } });
    await expect(directory.changeQuota(acme, change, 1, actor)).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' });
    await expect(directory.changeQuota(other, change, 0, actor)).rejects.toMatchObject({ code: 'TENANT_NOT_FOUND' });
    const bad = { settings: { quotaBytes: -1 }, reason: 'typo' };
    await expect(directory.changeQuota(acme, bad, 2, actor)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    expect(await directory.find(acme)).toEqual(changed);
  });

  it('keep a bounded audit, newest first, by tenant and actor', async () => {
    const directory = make({ maxAuditRows: 3 });
    for (const reason of ['one', 'two', 'three']) await directory.recordDeed(acme, { action: 'clear', reason }, actor);
    await directory.recordDeed(
      blue,
      { action: 'clear', reason: 'four' },
      { id: 'eve', source: 'dashboard', onBehalfOf: 'ann' },
    );
    const reasons = async (query: object) =>
      (await directory.audit({ page: 1, pageSize: 10, ...query })).items.map((row) => row.reason);
    expect(await reasons({})).toEqual(['four', 'three', 'two']);
    expect(await reasons({ tenant: blue })).toEqual(['four']);
    expect(await reasons({ actor: actor.id })).toEqual(['three', 'two']);
    expect((await directory.audit({ page: 1, pageSize: 1 })).items[0]).toMatchObject({
      onBehalfOf: 'ann',
      source: 'dashboard',
    });
    await expect(directory.recordDeed(other, { action: 'clear', reason: 'five' }, actor)).rejects.toMatchObject({
      code: 'TENANT_NOT_FOUND',
    });
    await directory.close();
  });

  it.each([
    [{ tenants: {} }, 'OPTION_INVALID'],
    [{ static: { acme: { quotaBytes: 0 } } }, 'OPTION_INVALID'],
    [{ static: { acme: { quotaByte: 1 } } }, 'OPTION_INVALID'],
    [{ static: { acme: null } }, 'OPTION_INVALID'],
    [{ static: { acme: { quotaBytes: 1, overageAllowed: 'no' } } }, 'OPTION_INVALID'],
    [{ static: { acme: { quotaBytes: 1, suspended: 'no' } } }, 'OPTION_INVALID'],
    [{ static: { 'a:b': { quotaBytes: 1 } } }, 'TENANT_INVALID'],
    [{ default: { quotaBytes: 1, policy: 'fifo' } }, 'OPTION_INVALID'],
    [{ maxAuditRows: 0 }, 'OPTION_INVALID'],
  ])('refuse the options %j', (options, code) => {
    expect(() => staticTenants(options as StaticTenantsOptions)).toThrow(expect.objectContaining({ code }));
  });
});
