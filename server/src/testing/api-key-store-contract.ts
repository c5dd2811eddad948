import assert from 'node:assert/strict';
import type { Actor } from '../core/actor.js';
import { apiKeySecret, newApiKey } from '../core/api-key-format.js';
import { type ApiKey, type ApiKeyStore, MAX_API_KEYS } from '../core/api-keys.js';
import type { QuotaChange } from '../core/directory.js';
import type { TenantId } from '../core/tenant-id.js';
import type { TestKit } from './test-kit.js';

export interface ApiKeyStoreUnderTest {
  /** What one more process has of the same store. */
  readonly process: () => ApiKeyStore;
  /** A tenant that the directory knows and nobody else uses. */
  readonly tenant: () => Promise<TenantId>;
  readonly removeTenant: (tenant: TenantId) => Promise<void>;
  readonly audited: (tenant: TenantId) => Promise<readonly QuotaChange[]>;
  readonly close: () => Promise<void>;
}

const ADMIN: Actor = { id: 'admin@example.com', source: 'api' };
const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const PAGE = { page: 1, pageSize: 200 };
const DAY_MS = 86_400_000;

/** What every store of API keys must do. */
export function apiKeyStoreContract(
  { describe, it }: TestKit,
  name: string,
  open: () => Promise<ApiKeyStoreUnderTest>,
) {
  const test = (title: string, body: (under: ApiKeyStoreUnderTest, store: ApiKeyStore) => Promise<void>) =>
    it(title, async () => {
      const under = await open();
      try {
        await body(under, under.process());
      } finally {
        await under.close();
      }
    });
  const made = async (store: ApiKeyStore, tenantId: TenantId, expiresAtMs?: number, scopes: string[] = []) => {
    const secret = apiKeySecret(newApiKey());
    return { secret, key: await store.create({ tenantId, name: 'CI', scopes, expiresAtMs }, secret, 'for CI', ADMIN) };
  };
  const refused = (work: Promise<unknown>, code: string) => assert.rejects(work, { code });
  const of = ({ tenantId, keyId }: ApiKey) => ({ tenantId, keyId });

  describe(`ApiKeyStore contract: ${name}`, () => {
    test('finds a key by its digest in every process, and no other', async (under, store) => {
      const tenant = await under.tenant();
      const expiresAtMs = Date.now() + DAY_MS;
      const { secret, key } = await made(store, tenant, expiresAtMs, ['orders:read', 'orders:write']);
      assert.deepEqual(await under.process().verify(secret.digest), key);
      const { keyId, createdAt, ...rest } = key;
      assert.ok(keyId.length === 36 && Math.abs(Date.parse(createdAt) - Date.now()) < 60_000);
      assert.deepEqual(rest, {
        tenantId: tenant,
        name: 'CI',
        prefix: secret.prefix,
        scopes: ['orders:read', 'orders:write'],
        createdBy: ADMIN.id,
        expiresAt: new Date(expiresAtMs).toISOString(),
        lastUsedAt: null,
        revokedAt: null,
      });
      assert.equal(await store.verify(apiKeySecret(newApiKey()).digest), undefined);
    });

    test('keeps a tenant’s keys apart from another’s: listed, rotated and revoked by its own id only', async (under, store) => {
      const [tenant, other] = [await under.tenant(), await under.tenant()];
      const first = (await made(store, tenant)).key;
      const second = (await made(store, tenant)).key;
      const foreign = (await made(store, other)).key;
      const found = await store.list(tenant, PAGE);
      assert.deepEqual(
        [found.total, new Set(found.items.map(({ keyId }) => keyId))],
        [2, new Set([first.keyId, second.keyId])],
      );
      assert.equal((await store.list(tenant, { page: 2, pageSize: 1 })).items.length, 1);
      for (const keyId of [foreign.keyId, UNKNOWN]) {
        const secret = apiKeySecret(newApiKey());
        await refused(store.revoke({ tenantId: tenant, keyId }, 'not mine', ADMIN), 'API_KEY_NOT_FOUND');
        await refused(store.rotate({ tenantId: tenant, keyId }, secret, 0, 'not mine', ADMIN), 'API_KEY_NOT_FOUND');
        assert.equal(await store.verify(secret.digest), undefined);
      }
      assert.equal((await store.list(other, PAGE)).items[0]?.revokedAt, null);
      assert.equal((await under.audited(other)).length, 1);
    });

    test('revokes once, and tells who remembers the key', async (under, store) => {
      const tenant = await under.tenant();
      const { secret, key } = await made(store, tenant);
      const { cursor } = await store.changes(undefined);
      const revoked = await under.process().revoke(of(key), 'was on a slide', ADMIN);
      assert.notEqual(revoked.revokedAt, null);
      assert.deepEqual(await store.verify(secret.digest), revoked);
      const told = await store.changes(cursor);
      assert.ok(told.keyIds.includes(key.keyId));
      assert.deepEqual(await store.revoke(of(key), 'once more', ADMIN), revoked);
      assert.deepEqual(
        (await under.audited(tenant)).map(({ reason }) => reason),
        ['was on a slide', 'for CI'],
      );
      await refused(store.rotate(of(key), apiKeySecret(newApiKey()), 0, 'too late', ADMIN), 'API_KEY_NOT_FOUND');
    });

    test('rotates: the old key serves on for a while, the new one is like it and lives as long', async (under, store) => {
      const tenant = await under.tenant();
      const { secret, key } = await made(store, tenant, Date.now() + 10 * DAY_MS, ['orders:read']);
      const { cursor } = await store.changes(undefined);
      const oldUntilMs = Date.now() + DAY_MS;
      const next = apiKeySecret(newApiKey());
      const rotated = await store.rotate(of(key), next, oldUntilMs, 'yearly', ADMIN);
      assert.notEqual(rotated.keyId, key.keyId);
      assert.deepEqual([rotated.name, rotated.scopes, rotated.prefix], [key.name, key.scopes, next.prefix]);
      assert.ok(Math.abs(Date.parse(rotated.expiresAt ?? '') - Date.now() - 10 * DAY_MS) < 60_000);
      assert.equal((await store.verify(secret.digest))?.expiresAt, new Date(oldUntilMs).toISOString());
      assert.deepEqual(await store.verify(next.digest), rotated);
      assert.ok((await store.changes(cursor)).keyIds.includes(key.keyId));
      // A longer grace does not make a key live longer.
      const short = await made(store, tenant, oldUntilMs);
      await store.rotate(of(short.key), apiKeySecret(newApiKey()), oldUntilMs + DAY_MS, 'late', ADMIN);
      assert.equal((await store.verify(short.secret.digest))?.expiresAt, new Date(oldUntilMs).toISOString());
      const eternal = await made(store, tenant);
      const followed = apiKeySecret(newApiKey());
      assert.equal((await store.rotate(of(eternal.key), followed, Date.now(), 'now', ADMIN)).expiresAt, null);
    });

    test('rotates a key once, so that none is born with what a grace left of another’s life', async (under, store) => {
      const tenant = await under.tenant();
      const expiresAtMs = Date.now() + 300 * DAY_MS;
      const { key } = await made(store, tenant, expiresAtMs);
      const rotate = (old: ApiKey, from = store) =>
        from.rotate(of(old), apiKeySecret(newApiKey()), Date.now() + DAY_MS, 'yearly', ADMIN);
      const both = await Promise.allSettled([rotate(key), rotate(key, under.process())]);
      const [next, ...more] = both.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      assert.ok(next && more.length === 0);
      await refused(rotate(key), 'API_KEY_NOT_FOUND');
      assert.equal((await store.list(tenant, PAGE)).total, 2);
      assert.equal((await under.audited(tenant)).length, 2);
      // The one that took its place can be, and so on.
      const third = await rotate(next);
      for (const each of [next, third]) assert.ok(Date.parse(each.expiresAt ?? '') >= expiresAtMs);
    });

    test('tells of the keys of a tenant that is removed, and they open nothing any more', async (under, store) => {
      const tenant = await under.tenant();
      const { secret, key } = await made(store, tenant);
      await store.used(new Map([[key.keyId, 60_000]]));
      const { cursor } = await store.changes(undefined);
      await under.removeTenant(tenant);
      assert.ok((await under.process().changes(cursor)).keyIds.includes(key.keyId));
      assert.equal(await store.verify(secret.digest), undefined);
    });

    test('keeps when a key was used last, and never goes back', async (under, store) => {
      const { secret, key } = await made(store, await under.tenant());
      const other = (await made(store, await under.tenant())).key;
      const used = (atMs: number) => store.used(new Map([key, other].map(({ keyId }) => [keyId, atMs])));
      await used(120_000);
      await used(60_000);
      await store.used(new Map([[UNKNOWN, 60_000]]));
      await store.used(new Map());
      assert.equal((await store.verify(secret.digest))?.lastUsedAt, new Date(120_000).toISOString());
      assert.equal((await store.list(other.tenantId, PAGE)).items[0]?.lastUsedAt, new Date(120_000).toISOString());
    });

    test('holds a tenant to its number of live keys, also where many are made at once', async (under, store) => {
      const tenant = await under.tenant();
      const { key } = await made(store, tenant);
      const results = await Promise.allSettled(Array.from({ length: MAX_API_KEYS + 4 }, () => made(store, tenant)));
      const codes = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
      assert.deepEqual(codes, Array(5).fill('REQUEST_INVALID'));
      const secret = apiKeySecret(newApiKey());
      const graceMs = Date.now() + DAY_MS;
      await refused(store.rotate(of(key), secret, graceMs, 'full', ADMIN), 'REQUEST_INVALID');
      assert.equal((await store.list(tenant, PAGE)).items.find(({ keyId }) => keyId === key.keyId)?.expiresAt, null);
      // Without a grace it takes the place of the old one.
      const rotated = await store.rotate(of(key), secret, Date.now() - 1_000, 'at once', ADMIN);
      await refused(made(store, tenant), 'REQUEST_INVALID');
      await store.revoke(of(rotated), 'make room', ADMIN);
      await made(store, tenant);
    });

    test('refuses a tenant that nobody knows, and keeps nothing of the key in the audit', async (under, store) => {
      const tenant = await under.tenant();
      const { secret, key } = await made(store, tenant, undefined, ['orders:read']);
      await refused(made(store, `${tenant}-nobody` as TenantId), 'TENANT_NOT_FOUND');
      const [row] = await under.audited(tenant);
      assert.equal(row?.action, 'api-key');
      assert.deepEqual(row?.after, {
        apiKey: key.keyId,
        name: 'CI',
        prefix: secret.prefix,
        scopes: ['orders:read'],
        expiresAt: null,
        revokedAt: null,
      });
    });
  });
}
