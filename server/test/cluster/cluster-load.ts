import { randomUUID } from 'node:crypto';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import { slotOf } from '../../src/l2/cluster-slot.js';
import type { RedisCluster } from '../fakes/redis-cluster.js';
import type { RedisProcess } from '../fakes/redis-process.js';
import { look, type TenantInRedis } from '../fakes/redis-tenant.js';
import { type WorkerProcess, type WorkerProgram, workerProgram } from '../fakes/worker-process.js';
import type { LoadArgument, LoadMessage, LoadOrder, TenantLoad } from './load-worker.js';

/** Two processes that use tenants of every master at once. */
export class ClusterLoad {
  private constructor(
    readonly cluster: RedisCluster,
    readonly tenants: readonly TenantId[],
    private readonly program: WorkerProgram,
    private readonly workers: readonly WorkerProcess[],
  ) {}

  /** Resolves when both processes are at work. */
  static async start(cluster: RedisCluster, tenants: readonly TenantId[]): Promise<ClusterLoad> {
    const program = await workerProgram(new URL('./load-worker.ts', import.meta.url));
    const urls = cluster.addresses.map((address) => `redis://${address}`);
    const workers = [0, 1].map(() => program.start({ urls, tenants } satisfies LoadArgument));
    const load = new ClusterLoad(cluster, tenants, program, workers);
    try {
      await Promise.all(workers.map((worker) => worker.answer()));
      await load.resume();
      await load.untilStored(tenants);
    } catch (error) {
      await load.end();
      throw error;
    }
    return load;
  }

  async tenantsOf(node: RedisProcess): Promise<TenantId[]> {
    const served = await Promise.all(this.tenants.map((tenant) => this.cluster.masterOf(slotOf(tenant))));
    return this.tenants.filter((_, index) => served[index] === node);
  }

  /** Each process has had a write of each of these tenants taken that it began after this call. */
  async untilStored(tenants: readonly TenantId[]): Promise<void> {
    await this.#ask({ type: 'stored', tenants });
  }

  async resume(): Promise<void> {
    await this.#ask({ type: 'resume' });
  }

  /** What the tenants saw since they last went on, over both processes; no call is under way any more. */
  async pause(): Promise<Map<TenantId, TenantLoad>> {
    const answers = await this.#ask({ type: 'pause' });
    return new Map(
      this.tenants.map((tenant) => {
        const loads = answers.map(
          (answer) => (answer as LoadMessage & { type: 'paused' }).tenants[tenant] as TenantLoad,
        );
        return [
          tenant,
          {
            calls: loads.reduce((sum, { calls }) => sum + calls, 0),
            errors: loads.flatMap(({ errors }) => errors),
            unstored: loads.reduce((sum, { unstored }) => sum + unstored, 0),
            gapMs: Math.max(...loads.map(({ gapMs }) => gapMs)),
          },
        ];
      }),
    );
  }

  async end(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.kill()));
    this.program.remove();
  }

  #ask(order: LoadOrder): Promise<LoadMessage[]> {
    return Promise.all(this.workers.map((worker) => worker.ask<LoadMessage>(order)));
  }
}

/** New tenants, so many of each master. */
export async function tenantsOnEach(cluster: RedisCluster, perMaster: number): Promise<TenantId[]> {
  const masters = await cluster.masters();
  return (await Promise.all(masters.map((node) => tenantsIn(cluster.slotsOf(node), perMaster)))).flat();
}

/** New tenants in the first slots of a master, which are those that a reshard takes. */
export async function tenantsInLowest(cluster: RedisCluster, node: RedisProcess, slots: number): Promise<TenantId[]> {
  return tenantsIn(
    cluster.slotsOf(node).then((all) => all.slice(0, slots)),
    4,
  );
}

async function tenantsIn(slots: Promise<readonly number[]>, count: number): Promise<TenantId[]> {
  const wanted = new Set(await slots);
  const found: TenantId[] = [];
  while (found.length < count) {
    const tenant = tenantId(`t-${randomUUID()}`);
    if (wanted.has(slotOf(tenant))) found.push(tenant);
  }
  return found;
}

/** What the tenant's own master says of it. */
export async function lookInCluster(cluster: RedisCluster, tenant: TenantId): Promise<TenantInRedis> {
  return look(cluster.client(await cluster.masterOf(slotOf(tenant))), tenant);
}

/** Tenants whose account is not what is stored; empty where all are exact. */
export async function inexact(cluster: RedisCluster, tenants: readonly TenantId[]): Promise<object[]> {
  const found = await Promise.all(
    tenants.map(async (tenant) => {
      const { used, indexed, live, lru, exp, keys } = await lookInCluster(cluster, tenant);
      const same = [lru, exp].every((members) => [...members].sort().join() === keys.join());
      return used === indexed && indexed === live && same ? [] : [{ tenant, used, indexed, live, sameMembers: same }];
    }),
  );
  return found.flat();
}
