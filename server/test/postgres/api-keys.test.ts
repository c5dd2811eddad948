import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDatabase, type Database } from '@tenantcache/database';

import { apiKeySecret, newApiKey } from '../../src/core/api-key-format.js';
import type { ApiKeyStore } from '../../src/core/api-keys.js';
import type { TenantId } from '../../src/core/tenant-id.js';
import { createTenantCache } from '../../src/index.js';
import { postgresApiKeys } from '../../src/postgres/api-key-rows.js';
import { postgresTenants } from '../../src/postgres/index.js';
import { fromApiKey } from '../../src/tenant/from-api-key.js';
import { apiKeyStoreContract } from '../../src/testing/api-key-store-contract.js';
import { createPlannedDatabase, type PlannedDatabase } from './planned-database.js';

const ADMIN = { id: 'admin@example.com', source: 'api' } as const;
let test: PlannedDatabase;
beforeAll(async () => {
  test = await createPlannedDatabase();
});
afterAll(() => test.drop());

const storeOf = (database: Database) => postgresApiKeys(database, (actor, work) => database.asAdmin(actor, work));
const newKey = async (store: ApiKeyStore, tenant: TenantId) => {
  const secret = apiKeySecret(newApiKey());
  const key = { tenantId: tenant, name: 'CI', scopes: [], expiresAtMs: undefined };
  return { secret, key: await store.create(key, secret, 'for CI', ADMIN) };
};

apiKeyStoreContract({ describe, it }, 'postgres', async () => {
  const databases = [0, 1, 2].map(() => createDatabase({ appUrl: test.appUrl, adminUrl: test.adminUrl }));
  const directory = postgresTenants({ url: test.appUrl, adminUrl: test.adminUrl });
  let next = 0;
  return {
    process: () => storeOf(databases[next++ % databases.length] as Database),
    tenant: () => test.newTenant(),
    removeTenant: (tenant) => test.removeTenant(tenant),
    audited: async (tenant) => (await directory.audit({ tenant, page: 1, pageSize: 100 })).items,
    close: async () => {
      await Promise.all([...databases.map((database) => database.close()), directory.close()]);
    },
  };
});

describe('API keys in Postgres', () => {
  it('are offered by the directory', async () => {
    const directory = postgresTenants({ url: test.appUrl, adminUrl: test.adminUrl });
    const { secret, key } = await newKey(directory.apiKeys as ApiKeyStore, await test.newTenant());
    expect(await directory.apiKeys?.verify(secret.digest)).toEqual(key);
    await directory.close();
    await expect(
      postgresTenants({ url: test.appUrl }).apiKeys?.list(key.tenantId, { page: 1, pageSize: 1 }),
    ).rejects.toEqual(expect.objectContaining({ code: 'OPTION_INVALID' }));
  });

  it('are asked for no more once the directory is closed, so that nothing connects anew', async () => {
    const directory = postgresTenants({ url: test.appUrl, adminUrl: test.adminUrl });
    const keys = directory.apiKeys as ApiKeyStore;
    await keys.changes(undefined);
    await directory.close();
    await expect(keys.changes(undefined)).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
  });

  it('are read on through a directory that another cache of the process shared, until the last is closed', async () => {
    const tenants = postgresTenants({ url: test.appUrl, adminUrl: test.adminUrl });
    const { secret, key } = await newKey(tenants.apiKeys as ApiKeyStore, await test.newTenant());
    const [one, other] = [createTenantCache({ tenants }), createTenantCache({ tenants })];
    await one.close();
    expect(await tenants.apiKeys?.verify(secret.digest)).toEqual(key);
    await other.close();
    await expect(tenants.apiKeys?.verify(secret.digest)).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
    await expect(tenants.find(key.tenantId)).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
  });

  it('are told of although their transactions end in another order than they began', async () => {
    const store = storeOf(test.database);
    const tenant = await test.newTenant();
    const [slow, fast] = [(await newKey(store, tenant)).key, (await newKey(store, tenant)).key];
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let begun: () => void = () => {};
    const revoking = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const { cursor } = await store.changes(undefined);
    const late = test.database.asAdmin('slow', async (tx) => {
      await tx.$executeRaw`UPDATE api_keys SET revoked_at = now() WHERE key_id = ${slow.keyId}::uuid`;
      begun();
      await held;
    });
    await revoking;
    await store.revoke({ tenantId: tenant, keyId: fast.keyId }, 'overtakes', ADMIN);
    const between = await store.changes(cursor);
    expect(between.keyIds).toContain(fast.keyId);
    expect(between.keyIds).not.toContain(slow.keyId);
    release();
    await late;
    expect((await store.changes(between.cursor)).keyIds).toContain(slow.keyId);
  });

  it('says that all may have changed where the server counts other transactions', async () => {
    expect(await storeOf(test.database).changes(String(2n ** 62n))).toMatchObject({ all: true });
  });

  it('are refused by every process once they are revoked, or their tenant is gone', async () => {
    const [revoked, orphaned, kept] = [await test.newTenant(), await test.newTenant(), await test.newTenant()];
    const admin = storeOf(test.database);
    const made = await Promise.all(
      [revoked, orphaned, kept].map(async (tenant) => {
        const text = newApiKey();
        const wanted = { tenantId: tenant, name: 'CI', scopes: [], expiresAtMs: undefined };
        return { text, ...(await admin.create(wanted, apiKeySecret(text), 'for CI', ADMIN)) };
      }),
    );
    // Each with connections and a memory of its own, and the app role only.
    const processes = [0, 1, 2].map(() => postgresTenants({ url: test.appUrl }));
    const resolvers = processes.map((directory) => fromApiKey({ keys: directory }));
    const ask = async (resolve: (typeof resolvers)[0], text: string) => {
      try {
        return await resolve({ headers: { 'x-api-key': text } } as never);
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    for (const resolve of resolvers)
      for (const { text, tenantId: id } of made) expect(await ask(resolve, text)).toBe(id);
    await admin.revoke(made[0] as never, 'leaked', ADMIN);
    await test.removeTenant(orphaned);
    for (const { text } of made.slice(0, 2)) {
      for (const resolve of resolvers) while ((await ask(resolve, text)) !== 'API_KEY_INVALID') await delay(20);
    }
    for (const resolve of resolvers) expect(await ask(resolve, made[2]?.text ?? '')).toBe(kept);
    await Promise.all(processes.map((directory) => directory.close()));
  });

  it('shows the app role the row of a digest that it names, and no way to another', async () => {
    const store = storeOf(test.database);
    const tenant = await test.newTenant();
    const { secret, key } = await newKey(store, tenant);
    await newKey(store, tenant);
    const digest = secret.digest.toString('hex');
    const visible = (before: string[]) =>
      test.database.withTenant('another', async (tx) => {
        for (const statement of before) await tx.$executeRawUnsafe(statement);
        return tx.$queryRaw<{ id: string }[]>`SELECT key_id::text AS id FROM api_keys`;
      });
    const set = (value: string) => `SELECT set_config('app.api_key_digest', '${value}', true)`;
    expect(await visible([])).toEqual([]);
    expect(await visible([set('')])).toEqual([]);
    expect(await visible([set('%')])).toEqual([]);
    expect(await visible([set(digest)])).toEqual([{ id: key.keyId }]);
    // The function leaves nothing behind that later statements of the transaction could see by.
    expect(await visible([`SELECT * FROM api_key_by_digest('${digest}')`])).toEqual([]);
    for (const hostile of ["' OR true --", '%', digest.toUpperCase(), '']) {
      const rows = await test.database.withoutTenant(
        (tx) => tx.$queryRaw<unknown[]>`SELECT * FROM api_key_by_digest(${hostile})`,
      );
      expect(rows).toEqual([]);
    }
  });

  it.each([
    ['UPDATE api_keys SET revoked_at = NULL'],
    ['DELETE FROM api_keys'],
    ['INSERT INTO api_key_changes (key_id) VALUES (gen_random_uuid())'],
    ['DELETE FROM api_key_changes'],
    ['DELETE FROM api_key_uses'],
  ])('gives the app role no right to %s', async (statement) => {
    const done = test.database.withTenant('another', (tx) => tx.$executeRawUnsafe(statement));
    await expect(done).rejects.toThrow(/permission denied/);
  });

  it('has a look-up that runs with the rights of its caller', async () => {
    const [found] = await test.database.asAdmin(
      'system:test',
      (tx) =>
        tx.$queryRaw<
          { definer: boolean }[]
        >`SELECT prosecdef AS definer FROM pg_proc WHERE proname = 'api_key_by_digest'`,
    );
    expect(found).toEqual({ definer: false });
  });
});
