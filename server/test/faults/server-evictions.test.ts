import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { limitsOf } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import { RedisUpkeep } from '../../src/l2/redis-upkeep.js';
import { reconcileWhole } from '../fakes/reconcile.js';
import { RedisProcess } from '../fakes/redis-process.js';
import { redisStore } from '../fakes/redis-store.js';
import { look } from '../fakes/redis-tenant.js';

const LIMITS = limitsOf({ quotaBytes: 1e9 });
/** Above what an empty server and its clients take. */
const MAX_MEMORY = '12mb';

/** A server that is short of memory takes entries away by itself, of whichever tenant, and tells nobody. */
describe.each(['volatile-lru', 'volatile-ttl', 'volatile-random'])('a server under %s', (policy) => {
  let server: RedisProcess;
  let client: Redis;
  let made: ReturnType<typeof redisStore>;
  let upkeep: RedisUpkeep;
  let tenants: TenantId[];

  beforeEach(async () => {
    server = await RedisProcess.reserve();
    await server.start('--maxmemory', MAX_MEMORY, '--maxmemory-policy', policy, '--maxmemory-samples', '5');
    client = server.client();
    made = redisStore({ redis: { url: server.url } });
    await made.store.ready();
    upkeep = new RedisUpkeep(made.topology);
    tenants = Array.from({ length: 3 }, () => tenantId(`t${randomBytes(6).toString('hex')}`));
  });
  afterEach(async () => {
    await made.close();
    client.disconnect();
    await server.kill();
  });

  const evictions = async () => [...(await upkeep.serverEvictions()).values()].reduce((sum, count) => sum + count, 0);

  /** 40 entries, each of another tenant in turn, until the server has evicted this many. */
  async function crowd(goal: number, from = 0): Promise<number> {
    let n = from;
    while ((await evictions()) < goal) {
      await Promise.all(
        Array.from({ length: 40 }, () => {
          const tenant = tenants[n % tenants.length] as TenantId;
          const body = { payload: randomBytes(2_000 + (n % 5) * 500), ttlMs: 3_600_000 + n, graceMs: 0 };
          return made.store.write(tenant, entryId('r', `k${n++}`), body, LIMITS).catch(() => undefined);
        }),
      );
    }
    return n;
  }

  /** From here on it takes nothing: under pressure the look of a test makes it evict too. */
  const calm = () => client.config('SET', 'maxmemory', '0');

  it('counts what is left after one reconcile, and says what the server took', async () => {
    await crowd(200);
    await calm();
    for (const tenant of tenants) {
      const before = await look(client, tenant);
      expect(before.used).toBe(before.indexed);
      const ghosts = before.exp.length - before.keys.length;
      expect(ghosts).toBeGreaterThan(0);
      expect(await reconcileWhole(upkeep, tenant, { orphans: true })).toMatchObject({
        ghosts,
        ghostBytes: before.used - before.live,
        orphans: 0,
        repaired: 0,
        driftBytes: 0,
        compared: true,
      });
      await assertExact(tenant);
    }
  });

  it('counts every byte again once it is quiet, however often it evicted while it was reconciled', async () => {
    let running = true;
    let goal = 100;
    const crowding = (async () => {
      for (let n = 0; running; goal += 100) n = await crowd(goal, n);
    })();
    // The machine decides how many rounds fit between two evictions.
    for (let round = 0; round < 8 || (await evictions()) <= 100; round++) {
      await Promise.all(tenants.map((tenant) => reconcileWhole(upkeep, tenant, { orphans: round === 4 })));
    }
    running = false;
    await crowding;
    await calm();
    for (const tenant of tenants) {
      expect(await reconcileWhole(upkeep, tenant)).toMatchObject({ repaired: 0, driftBytes: 0 });
      await assertExact(tenant);
    }
  });

  it('leaves the other tenants as they are, byte for byte', async () => {
    await crowd(100);
    await calm();
    const [tenant, ...others] = tenants as [TenantId, ...TenantId[]];
    const dumps = () =>
      Promise.all(
        others.flatMap((other) =>
          ['state', 'lru', 'exp', 'tags'].map((kind) => client.dumpBuffer(`meta:{${other}}:${kind}`)),
        ),
      );
    const before = await dumps();
    expect((await reconcileWhole(upkeep, tenant, { orphans: true })).ghosts).toBeGreaterThan(0);
    expect(await dumps()).toEqual(before);
  });

  async function assertExact(tenant: TenantId): Promise<void> {
    const after = await look(client, tenant);
    expect([after.used, after.indexed]).toEqual([after.live, after.live]);
    expect([[...after.lru].sort(), after.exp]).toEqual([after.keys, after.keys]);
  }
});
