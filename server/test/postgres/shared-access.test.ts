import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDatabase } from '@tenantcache/database';
import type { SharedAccessPart } from '../../src/core/shared.js';
import { tenantId } from '../../src/core/tenant-id.js';
import { postgresTenants, postgresUsage } from '../../src/postgres/index.js';
import { postgresSharedAccess } from '../../src/postgres/postgres-shared-access.js';
import { sharedAccessContract } from '../../src/testing/shared-access-contract.js';
import { CommitEater } from './commit-eater.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const HOUR_MS = 3_600_000;
const nowHourMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
const ALL = { fromMs: 0, untilMs: nowHourMs + HOUR_MS, page: 1, pageSize: 100 };
const [A, B] = [tenantId('a'), tenantId('b')];

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

sharedAccessContract({ describe, it }, 'Postgres', async () => {
  const databases = [createDatabase(test), createDatabase(test)] as const;
  return {
    near: postgresSharedAccess(databases[0]),
    far: postgresSharedAccess(databases[1]),
    close: async () => {
      await Promise.all(databases.map((database) => database.close()));
    },
  };
});

const newDataset = () => `d${randomUUID().slice(0, 8)}`;
const part = (dataset: string, more: Partial<SharedAccessPart> = {}): SharedAccessPart => ({
  ...{ tenantId: A, dataset, group: 'binance:BTC/USDT', kind: 'price', hourMs: nowHourMs, processEpoch: 'p1' },
  ...{ reads: 1, limited: 0, ...more },
});
/** As it would be found where processes wrote it in time. */
const insert = (parts: readonly SharedAccessPart[]) =>
  test.database.asAdmin('system:test', (tx) =>
    tx.sharedAccess.createMany({
      data: parts.map(({ hourMs, ...row }) => ({ ...row, hour: new Date(hourMs) })),
    }),
  );
const epochsOf = async (dataset: string) =>
  (
    await test.database.asAdmin('system:test', (tx) =>
      tx.sharedAccess.findMany({ where: { dataset }, orderBy: [{ hour: 'desc' }, { processEpoch: 'asc' }] }),
    )
  ).map(({ processEpoch }) => processEpoch);

describe('a merge', () => {
  it('whose COMMIT was not answered is repeated, with what came since, and doubles nothing', async () => {
    const dataset = newDataset();
    const wire = new CommitEater(new URL(test.adminUrl));
    const sink = postgresUsage({ url: test.appUrl, adminUrl: await wire.open(test.adminUrl), poolSize: 2 });
    const store = sink.sharedAccess as NonNullable<typeof sink.sharedAccess>;
    await store.merge([part(dataset, { reads: 3, limited: 1 })]);
    wire.armed = true;
    const unheard = store.merge([part(dataset, { reads: 5, limited: 2 })]);
    await expect(unheard).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' });
    expect(wire.eaten).toBe(1);
    expect(await store.list({ dataset, ...ALL })).toMatchObject({ total: 1, reads: 5, limited: 2 });
    for (const reads of [5, 5, 8]) await store.merge([part(dataset, { reads, limited: 2 })]);
    expect(await store.list({ dataset, ...ALL })).toMatchObject({ total: 1, reads: 8, limited: 2 });
    await sink.close();
    wire.close();
  });

  it('needs the admin role: without it nobody keeps who read what', async () => {
    const sink = postgresUsage({ url: test.appUrl });
    expect(sink.sharedAccess).toBeUndefined();
    await sink.close();
  });
});

describe('tenant A', () => {
  it('reads its own rows and no row of B, and writes none of either', async () => {
    const dataset = newDataset();
    const store = postgresSharedAccess(test.database);
    await store.merge([part(dataset), part(dataset, { tenantId: B, reads: 2 })]);
    const asA = <T>(sql: string) => test.database.withTenant(A, (tx) => tx.$queryRawUnsafe<T[]>(sql));
    const found = await asA(`SELECT tenant_id FROM shared_access WHERE dataset = '${dataset}'`);
    expect(found).toEqual([{ tenant_id: 'a' }]);
    expect(await asA(`SELECT 1 FROM shared_access WHERE tenant_id = 'b'`)).toEqual([]);
    // As A, whatever the statement asks for.
    const lying = postgresSharedAccess({
      asAdmin: () => Promise.reject(new Error('not for a tenant')),
      withTenant: (_tenant, work) => test.database.withTenant(A, work),
    });
    expect(await lying.list({ dataset, tenant: B, ...ALL })).toEqual({ items: [], total: 0, reads: 0, limited: 0 });
    for (const change of [
      `INSERT INTO shared_access VALUES ('a', '${dataset}', 'g', 'price', '2026-11-20T10:00:00Z', 'p', 0, 0)`,
      `UPDATE shared_access SET reads = 0`,
      `DELETE FROM shared_access`,
    ]) {
      await expect(asA(change)).rejects.toThrow(/permission denied/);
    }
    expect(await store.list({ dataset, ...ALL })).toMatchObject({ total: 2, reads: 3 });
  });
});

it('all rows of a tenant go with it, and what came late goes once one of its id is made anew', async () => {
  const [dataset, gone] = [newDataset(), tenantId('gone')];
  const actor = { id: 'admin@example.com', source: 'api' } as const;
  await test.database.asAdmin('system:test', (tx) =>
    tx.plan.create({ data: { name: 'Plan', quotaMb: 10, isDefault: true } }),
  );
  const directory = postgresTenants({ url: test.appUrl, adminUrl: test.adminUrl });
  const store = postgresSharedAccess(test.database);
  const make = () => directory.create({ tenantId: gone, name: 'Gone', plan: 'Plan', suspended: false }, 'new', actor);
  const { version } = await make();
  await store.merge([part(dataset, { tenantId: gone }), part(dataset)]);
  await directory.remove(gone, version, 'left us', actor);
  expect((await store.list({ dataset, ...ALL })).items).toMatchObject([{ tenantId: A }]);
  await store.merge([part(dataset, { tenantId: gone })]);
  await make();
  expect((await store.list({ dataset, ...ALL })).items).toMatchObject([{ tenantId: A }]);
  await directory.close();
});

describe('tidying', () => {
  const old = { hourMs: nowHourMs - 60 * HOUR_MS };

  it('makes one row of an hour that takes no more parts, whatever its processes, and no sum is another', async () => {
    const dataset = newDataset();
    const store = postgresSharedAccess(test.database);
    const processes = Array.from({ length: 40 }, (_, n) => `p${n}`);
    await insert([
      ...processes.map((processEpoch, n) => part(dataset, { ...old, processEpoch, reads: n, limited: 1 })),
      ...['p1', 'p2'].map((processEpoch) => part(dataset, { processEpoch })),
    ]);
    const before = await store.list({ dataset, ...ALL });
    expect(before).toMatchObject({ total: 2, reads: 780 + 2, limited: 40 });
    expect(await store.tidy(dataset, 0)).toBe(0);
    expect(await epochsOf(dataset)).toEqual(['p1', 'p2', '']);
    expect(await store.list({ dataset, ...ALL })).toEqual(before);
    // What comes again is in the sum already.
    await store.merge([part(dataset, { ...old, processEpoch: 'p39', reads: 39 })]);
    await store.tidy(dataset, 0);
    expect(await store.list({ dataset, ...ALL })).toEqual(before);
  });

  it('doubles and loses nothing where it is done in steps, by two leaders at once, and while parts come', async () => {
    const dataset = newDataset();
    const stores = [postgresSharedAccess(test.database), postgresSharedAccess(createDatabaseOf())] as const;
    const groups = Array.from({ length: 50 }, (_, n) => `binance:S${n}/USDT`);
    await insert(
      groups.flatMap((group) =>
        Array.from({ length: 130 }, (_, n) => part(dataset, { ...old, group, processEpoch: `p${n}`, reads: 2 })),
      ),
    );
    const live = groups.map((group) => part(dataset, { group, reads: 7 }));
    await Promise.all([
      ...stores.map((store) => store.tidy(dataset, 0)),
      ...stores.flatMap((store) => [store.merge(live), store.tidy(dataset, 0)]),
    ]);
    await stores[0].tidy(dataset, 0);
    const found = await stores[0].list({ dataset, ...ALL });
    expect(found).toMatchObject({ total: 100, reads: 50 * 260 + 50 * 7 });
    expect((await epochsOf(dataset)).sort()).toEqual([...groups.map(() => ''), ...groups.map(() => 'p1')]);
    await Promise.all(opened.splice(0).map((database) => database.close()));
  });

  it('removes what is older than it is kept, of one dataset only', async () => {
    const [dataset, other] = [newDataset(), newDataset()];
    const store = postgresSharedAccess(test.database);
    const years = part(dataset, { hourMs: nowHourMs - 400 * 24 * HOUR_MS });
    await insert([years, { ...years, dataset: other }, part(dataset)]);
    expect(await store.tidy(dataset, nowHourMs - 90 * 24 * HOUR_MS)).toBe(1);
    expect((await store.list({ dataset, ...ALL })).total).toBe(1);
    expect((await store.list({ dataset: other, ...ALL })).total).toBe(1);
  });
});

const opened: ReturnType<typeof createDatabase>[] = [];
function createDatabaseOf() {
  const database = createDatabase(test);
  opened.push(database);
  return database;
}
