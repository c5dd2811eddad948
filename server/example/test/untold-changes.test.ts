import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../../test/fakes/redis-process.js';
import { type WorkerProcess, type WorkerProgram, workerProgram } from '../../test/fakes/worker-process.js';
import { UntoldChanges } from '../src/access/untold-changes.js';
import { type ApiFixture, ask, createApiFixture, type RunningApi, tenantToken } from './api-fixture.js';
import type { WorkerArgument } from './killed-change-worker.js';

describe('a change of access that the caches were not told of', () => {
  let fixture: ApiFixture;
  let api: RunningApi;
  let program: WorkerProgram;
  let worker: WorkerProcess | undefined;
  const open: UntoldChanges[] = [];

  beforeAll(async () => {
    program = await workerProgram(new URL('./killed-change-worker.ts', import.meta.url));
    fixture = await createApiFixture();
    api = await fixture.start();
    await api.cache.ready();
  });
  afterEach(async () => {
    await worker?.kill();
    await Promise.all(open.splice(0).map((each) => each.close()));
  });
  afterAll(async () => {
    await fixture?.close();
    program.remove();
  });

  /** A tenant whose `ann` may read portfolios by the role `hers`, and whose `oda` may do everything. */
  async function newTenant(): Promise<string> {
    const tenantId = await fixture.newTenant();
    await fixture.database.asAdmin('test', async (tx) => {
      await tx.role.createMany({ data: ['hers', 'owner'].map((id) => ({ tenantId, id, name: id })) });
      await tx.rolePermission.createMany({
        data: [
          { tenantId, roleId: 'hers', action: 'portfolio:read' },
          { tenantId, roleId: 'owner', action: '*' },
        ],
      });
      await tx.member.createMany({ data: ['ann', 'oda'].map((id) => ({ tenantId, id, name: id })) });
      await tx.memberRole.createMany({
        data: [
          { tenantId, memberId: 'ann', roleId: 'hers' },
          { tenantId, memberId: 'oda', roleId: 'owner' },
        ],
      });
    });
    return tenantId;
  }

  const isUntold = async (tenant: string, forMs = 0) => {
    const rows = await fixture.database.withoutTenant(
      (tx) => tx.$queryRaw<{ tenant_id: string }[]>`SELECT tenant_id FROM untold_access(${forMs}::integer)`,
    );
    return rows.some(({ tenant_id }) => tenant_id === tenant);
  };
  const status = async (tenant: string, user: string, path: string, init?: RequestInit) =>
    (await ask(api.url + path, await tenantToken(tenant, user), init)).status;

  it('as its process was killed after the commit, is in force in the others all the same', async () => {
    const tenantId = await newTenant();
    await until(async () => !(await isUntold(tenantId)));
    expect(await status(tenantId, 'ann', '/portfolios')).toBe(200);
    const { redisUrl, postgresUrl } = fixture;
    worker = program.start({ redisUrl, postgresUrl, tenantId } satisfies WorkerArgument);
    expect(await worker.answer()).toBe('committed');
    expect(await worker.end('SIGKILL')).toBe('SIGKILL');
    await until(async () => (await status(tenantId, 'ann', '/portfolios')) === 403);
    await until(async () => !(await isUntold(tenantId)));
  });

  it('as it was made by hand, is in force all the same', async () => {
    const tenantId = await newTenant();
    await until(async () => (await status(tenantId, 'ann', '/portfolios')) === 200);
    await fixture.database.asAdmin('test', (tx) => tx.memberRole.deleteMany({ where: { tenantId, memberId: 'ann' } }));
    await until(async () => (await status(tenantId, 'ann', '/portfolios')) === 403);
  });

  it('is none where whoever made it told them', async () => {
    const tenantId = await newTenant();
    await until(async () => !(await isUntold(tenantId)));
    expect(await status(tenantId, 'oda', '/access/members/ann/roles/hers', { method: 'DELETE' })).toBe(204);
    expect(await isUntold(tenantId)).toBe(false);
  });

  it('is told again until the caches have heard it', async () => {
    const tenantId = await newTenant();
    const answers = [new Error('Redis is away'), undefined];
    const asked: string[] = [];
    const errors: unknown[] = [];
    const away = { tellEveryMs: 3_600_000, patienceMs: 0, onError: (error: unknown) => void errors.push(error) };
    // The tenant is another's to tell as well: only what this one does is looked at.
    const lone = {
      withTenant: fixture.database.withTenant,
      withoutTenant: async () => [{ tenant_id: tenantId, version: 9_007_199_254_740_993n }] as never,
    };
    const untold = new UntoldChanges(
      lone,
      (tenant) => ({
        async changedAll() {
          asked.push(tenant);
          const answer = answers.shift();
          if (answer) throw answer;
        },
      }),
      away,
    );
    open.push(untold);
    const told = async () => {
      const row = await fixture.database.withTenant(tenantId, (tx) => tx.accessVersion.findFirst());
      return row?.told;
    };
    await untold.tell();
    expect(errors).toHaveLength(1);
    expect(await told()).not.toBe(9_007_199_254_740_993n);
    await untold.tell();
    expect(asked).toEqual([tenantId, tenantId]);
    expect(errors).toHaveLength(1);
    expect(await told()).toBe(9_007_199_254_740_993n);
  });
});
