import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { TenantId } from '../../src/core/tenant-id.js';
import { postgresTenants } from '../../src/postgres/index.js';
import { type WorkerProcess, type WorkerProgram, workerProgram } from '../fakes/worker-process.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const TENANTS = 200;
const KILLS = 8;
const NOW_MS = Date.parse('2026-04-01T00:00:00Z');
/** January, February and March. */
const PERIODS = 3;

let test: TestDatabase;
let program: WorkerProgram | undefined;
const workers: WorkerProcess[] = [];
beforeAll(async () => {
  test = await createTestDatabase();
  program = await workerProgram(new URL('./period-worker.ts', import.meta.url));
}, 300_000);
afterAll(async () => {
  for (const worker of workers) await worker.kill();
  program?.remove();
  await test.drop();
});

const count = async (text: string) => {
  const rows = await test.database.asAdmin('system:test', (tx) => tx.$queryRawUnsafe<{ count: number }[]>(text));
  return rows[0]?.count ?? 0;
};

it('closers that are killed at random leave each period closed once, with its figures and its audit row', async () => {
  const prefix = `t${randomBytes(4).toString('hex')}`;
  const tenants = Array.from({ length: TENANTS }, (_, index) => `${prefix}-${index}` as TenantId);
  await test.database.asAdmin('system:test', async (tx) => {
    await tx.plan.create({ data: { name: 'Plan', quotaMb: 3, isDefault: true } });
    await tx.tenant.createMany({ data: tenants.map((tenantId) => ({ tenantId, name: tenantId, plan: 'Plan' })) });
    const dates = { createdAt: new Date('2026-01-01T00:00:00Z'), quotaResetAt: new Date('2026-02-01T00:00:00Z') };
    await tx.tenantQuota.createMany({ data: tenants.map((tenantId) => ({ tenantId, quotaMb: 4, ...dates })) });
  });
  const directory = postgresTenants({ url: test.appUrl, adminUrl: test.adminUrl });
  const meters = { overageByteMs: 0, peakBytes: 7, timesExceeded: 90 };
  const since = { sinceMs: Date.parse('2026-01-01T00:00:00Z') };
  await directory.keepMeters(
    tenants.map((tenantId, index) => ({
      tenantId,
      atMs: NOW_MS,
      usedBytes: 7,
      meters: { ...meters, ...since, byteMs: 9e12 + index },
    })),
  );

  const start = async () => {
    const worker = (program as WorkerProgram).start({ url: test.appUrl, adminUrl: test.adminUrl, nowMs: NOW_MS });
    workers.push(worker);
    await worker.answer();
    return worker;
  };
  const statements = () => count('SELECT count(*)::int AS count FROM tenant_cache_statements');
  let killedAtWork = 0;
  let pair = await Promise.all([start(), start()]);
  for (let kill = 0; kill < KILLS; kill++) {
    await delay(Math.random() * 60);
    const [first, second] = pair as [WorkerProcess, WorkerProcess];
    await first.kill();
    if ((await statements()) < TENANTS * PERIODS) killedAtWork++;
    pair = [second, await start()];
  }
  for (const worker of pair) await worker.kill();
  expect(killedAtWork).toBeGreaterThan(0);
  while ((await directory.closePeriods(NOW_MS, 100)).length > 0);

  expect(await statements()).toBe(TENANTS * PERIODS);
  expect(await count(`SELECT count(*)::int AS count FROM quota_changes WHERE action = 'reset'`)).toBe(
    TENANTS * PERIODS,
  );
  for (const [index, tenant] of tenants.entries()) {
    const { items } = await directory.statements(tenant, { page: 1, pageSize: 10 });
    expect(items.map(({ periodStart }) => periodStart.slice(0, 10))).toEqual([
      '2026-03-01',
      '2026-02-01',
      '2026-01-01',
    ]);
    expect(items.reduce((sum, { byteMs }) => sum + byteMs, 0)).toBeCloseTo(9e12 + index, 1);
    expect(items.map(({ timesExceeded }) => timesExceeded)).toEqual([31, 28, 31]);
  }
  await directory.close();
}, 300_000);
