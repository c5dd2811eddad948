import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TenantDirectory } from '../../src/core/directory.js';
import { tenantId } from '../../src/core/tenant-id.js';
import type { WatchlistStore } from '../../src/core/warming.js';
import { postgresTenants } from '../../src/postgres/index.js';
import { watchlistStoreContract } from '../../src/testing/watchlist-store-contract.js';
import { createPlannedDatabase, type PlannedDatabase } from './planned-database.js';

let test: PlannedDatabase;
beforeAll(async () => {
  test = await createPlannedDatabase();
});
afterAll(() => test.drop());

const directoryOf = () => postgresTenants({ url: test.appUrl, adminUrl: test.adminUrl, poolSize: 4 });
const storeOf = (directory: TenantDirectory) => directory.watchlists as WatchlistStore;

watchlistStoreContract({ describe, it }, 'postgres', async () => {
  const directories = [0, 1, 2].map(directoryOf);
  let next = 0;
  return {
    process: () => storeOf(directories[next++ % directories.length] as TenantDirectory),
    tenant: () => test.newTenant(),
    removeTenant: (tenant) => test.removeTenant(tenant),
    suspendTenant: (tenant) => test.suspendTenant(tenant),
    close: async () => {
      await Promise.all(directories.map((directory) => directory.close()));
    },
  };
});

describe('watchlists in Postgres', () => {
  it('are kept and listed by the app role alone; counting over tenants takes the admin role', async () => {
    const directory = postgresTenants({ url: test.appUrl });
    const tenant = await test.newTenant();
    const put = await storeOf(directory).put(tenant, 'majors', ['x:BTC/USDT']);
    expect(await storeOf(directory).list(tenant)).toEqual([put]);
    await expect(storeOf(directory).mostWatched(1)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    expect(await storeOf(directory).remove(tenant, 'majors')).toBe(true);
    await directory.close();
  });

  it('are not for a tenant that the directory does not know', async () => {
    const directory = directoryOf();
    const unknown = tenantId(`t-${randomUUID()}`);
    await expect(storeOf(directory).put(unknown, 'a', [])).rejects.toMatchObject({ code: 'TENANT_NOT_FOUND' });
    await directory.close();
  });

  it('of another tenant cannot be written, moved or read by whoever has a tenant’s connection', async () => {
    const directory = directoryOf();
    const [own, other] = [await test.newTenant(), await test.newTenant()];
    await storeOf(directory).put(own, 'mine', ['x:1']);
    const kept = await storeOf(directory).put(other, 'theirs', ['x:2']);
    const as = (sql: string) => test.database.withTenant(own, (tx) => tx.$executeRawUnsafe(sql));
    await expect(
      as(`INSERT INTO watchlists (tenant_id, name, groups) VALUES ('${other}', 'planted', '[]')`),
    ).rejects.toThrow(/row-level security/);
    await expect(as(`UPDATE watchlists SET tenant_id = '${other}'`)).rejects.toThrow(/row-level security/);
    expect(await as(`UPDATE watchlists SET groups = '[]' WHERE tenant_id = '${other}'`)).toBe(0);
    expect(await as(`DELETE FROM watchlists WHERE name = 'theirs'`)).toBe(0);
    const seen = await test.database.withTenant(own, (tx) => tx.watchlist.findMany({ select: { tenantId: true } }));
    expect(seen).toEqual([{ tenantId: own }]);
    expect(await storeOf(directory).list(other)).toEqual([kept]);
    await directory.close();
  });

  it('rejects with DIRECTORY_UNAVAILABLE where Postgres does not listen', async () => {
    const directory = postgresTenants({ url: 'postgresql://role:word@127.0.0.1:9/none', timeout: '1s' });
    await expect(storeOf(directory).list(tenantId('t'))).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' });
    await directory.close();
  });
});
