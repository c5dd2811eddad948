import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { tenantId } from '../../src/core/tenant-id.js';
import { postgresTenants } from '../../src/postgres/index.js';
import { testRedisUrl } from '../fakes/redis-url.js';
import { type WorkerProcess, type WorkerProgram, workerProgram } from '../fakes/worker-process.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';
import type { DeletionArgument, DeletionOrder, DeletionReport } from './33-deleted-tenant-worker.js';

const MIB = 1_048_576;
const KEYS = 30;
/** Each starts four processes, on a machine that may be busy. */
const TIMEOUT_MS = 300_000;
const ACTOR = { id: 'ann', source: 'api' } as const;

describe('attack 33: a tenant is deleted, or its quota lowered, with live L1 in 4 processes', () => {
  let test: TestDatabase;
  let client: Redis;
  let program: WorkerProgram;
  let workers: WorkerProcess[] = [];
  let ports: number[] = [];

  beforeAll(async () => {
    [test, program] = await Promise.all([
      createTestDatabase(),
      workerProgram(new URL('./33-deleted-tenant-worker.ts', import.meta.url)),
    ]);
    client = new Redis(testRedisUrl());
    await test.database.asAdmin('system:test', (tx) =>
      tx.plan.create({ data: { name: 'Plan', quotaMb: 10, isDefault: true } }),
    );
  });
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.kill()));
  });
  afterAll(async () => {
    program.remove();
    await Promise.all([test.drop(), client.quit()]);
  });

  const tellAll = (order: DeletionOrder) =>
    Promise.all(workers.map((worker) => worker.ask<DeletionReport>(order as never)));
  const admin = (path: string, method = 'GET', body?: object, etag = '') =>
    fetch(`http://127.0.0.1:${ports[0]}/admin${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'if-match': etag },
      ...(body && { body: JSON.stringify(body) }),
    });
  const etagOf = async (path: string) => (await admin(path)).headers.get('etag') ?? '"0"';
  const keysOf = async (tenant: string) => {
    const found: string[] = [];
    for await (const page of client.scanStream({ match: `*{${tenant}}*`, count: 10_000 })) found.push(...page);
    return found;
  };

  /** Four processes that serve the tenant from L1. */
  async function serve(stopWhenRefused: boolean, keys = KEYS): Promise<string> {
    const tenant = `del-${randomUUID().slice(0, 8)}`;
    const { appUrl: url, adminUrl } = test;
    const directory = postgresTenants({ url, adminUrl });
    const made = { tenantId: tenantId(tenant), name: 'Made', plan: 'Plan', suspended: false };
    await directory.create(made, 'new customer', ACTOR);
    await directory.close();
    const argument: DeletionArgument = { redisUrl: testRedisUrl(), url, adminUrl, tenant, keys, stopWhenRefused };
    workers = Array.from({ length: 4 }, () => program.start(argument));
    ports = await Promise.all(workers.map((worker) => worker.answer<number>()));
    await until(async () => (await tellAll({ kind: 'report' })).every(({ l1Hits }) => l1Hits > keys));
    return tenant;
  }

  async function remove(tenant: string): Promise<Response> {
    const body = { confirm: tenant, reason: 'left us' };
    return admin(`/tenants/${tenant}/delete`, 'POST', body, await etagOf(`/tenants/${tenant}`));
  }

  it(
    'leaves no key in Redis, refuses in all processes, and begins anew under the same id',
    async () => {
      const tenant = await serve(true);
      await tellAll({ kind: 'era', era: 'new' });
      const answer = await remove(tenant);
      const answeredMs = Number(process.hrtime.bigint()) / 1e6;
      expect([answer.status, await answer.json()]).toEqual([200, { tenantId: tenant, store: expect.any(Object) }]);
      expect(await keysOf(tenant)).toEqual([]);
      for (const { seen, lastOldMs } of await tellAll({ kind: 'report' })) {
        expect(seen.TENANT_SUSPENDED).toBe(1);
        expect(lastOldMs).toBeLessThan(answeredMs);
      }
      expect((await admin(`/tenants/${tenant}`)).status).toBe(404);
      expect((await remove(tenant)).status).toBe(404);

      const made = await admin('/tenants', 'POST', { tenantId: tenant, plan: 'Plan', reason: 'came back' });
      expect(made.status).toBe(201);
      expect(made.headers.get('location')).toBe(`/admin/tenants/${tenant}`);
      expect(await (await admin(`/tenants/${tenant}/usage`)).json()).toMatchObject({ usedBytes: 0, entries: 0 });
      await tellAll({ kind: 'resume' });
      await until(async () => (await tellAll({ kind: 'report' })).every(({ seen }) => (seen.new ?? 0) > KEYS));
      for (const { lastOldMs } of await tellAll({ kind: 'report' })) expect(lastOldMs).toBeLessThan(answeredMs);
      const audit = (await (await admin(`/tenants/${tenant}/audit?action=tenant`)).json()) as { items: object[] };
      expect(audit.items).toMatchObject([
        { reason: 'came back', before: null },
        { reason: 'left us', after: null },
        { reason: 'left us', after: { suspended: true } },
        { reason: 'new customer' },
      ]);
    },
    TIMEOUT_MS,
  );

  it(
    'serves no old value to who reads all the time, before, during and after it',
    async () => {
      const tenant = await serve(false);
      await tellAll({ kind: 'era', era: 'new' });
      expect((await remove(tenant)).status).toBe(200);
      const answeredMs = Number(process.hrtime.bigint()) / 1e6;
      // Of a tenant that is not known the default plan serves.
      await until(async () => (await tellAll({ kind: 'report' })).every(({ seen }) => (seen.new ?? 0) > 10 * KEYS));
      for (const { seen, lastOldMs } of await tellAll({ kind: 'report' })) {
        expect(seen.old).toBeUndefined();
        expect(lastOldMs).toBeLessThan(answeredMs);
      }
    },
    TIMEOUT_MS,
  );

  it(
    'brings a lowered quota to all of them, and its use below it',
    async () => {
      const tenant = await serve(false, 1_200);
      const path = `/tenants/${tenant}/quota`;
      const used = async () =>
        ((await (await admin(`/tenants/${tenant}/usage`)).json()) as { usedBytes: number }).usedBytes;
      expect(await used()).toBeGreaterThan(MIB);
      expect((await admin(path, 'PATCH', { quotaMb: 1, reason: 'smaller' }, await etagOf(path))).status).toBe(200);
      await until(async () => (await used()) <= MIB);
      for (let look = 0; look < 20; look++) {
        for (const { seen } of await tellAll({ kind: 'report' }))
          expect(Object.keys(seen).filter((what) => what !== 'old')).toEqual([]);
        expect(await used()).toBeLessThanOrEqual(MIB);
      }
    },
    TIMEOUT_MS,
  );
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}
