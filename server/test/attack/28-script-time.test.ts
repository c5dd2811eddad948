import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { limitsOf } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import { RedisProcess, until } from '../fakes/redis-process.js';
import { age, redisStore } from '../fakes/redis-store.js';
import { look } from '../fakes/redis-tenant.js';
import { commandsIn } from './commands-in.js';

const roomy = limitsOf({ quotaBytes: 1e9 });
const body = (bytes = 0, tags: string[] = []) => ({ payload: Buffer.alloc(bytes), ttlMs: 1e6, graceMs: 0, tags });
/** What one call may remove, of one tenant and of all. */
const OF_A_TENANT = 64;
const OF_ALL = 256;

/** Time hangs on the machine, so it is work that is bounded here; the case `eviction-cost` of the bench measures it. */
describe('attack 28: the largest calls that a caller can bring about', () => {
  let redis: RedisProcess;
  let client: Redis;
  let real: ReturnType<typeof redisStore>;
  let serial = 0;

  beforeAll(async () => {
    redis = await RedisProcess.reserve();
    await redis.start();
    client = redis.client();
    await until(() => client.status === 'ready');
    real = redisStore({ redis: { url: redis.url } });
    await real.store.ready();
    // From here on the server knows the scripts.
    const tenant = await filled(1);
    await real.store.invalidate(tenant, [{ tag: 't' }]);
    await real.store.settle(tenant, roomy);
    await real.store.clear(tenant);
  });

  afterAll(async () => {
    await real.close();
    client.disconnect();
    await redis.kill();
  });

  it('a write that needs 1,000 entries to go removes 64 in a call', async () => {
    const tenant = await filled(1_100);
    const { used } = await look(client, tenant);
    const limits = limitsOf({ quotaBytes: Math.ceil(used / 10) });
    const { outcome, work } = await working(() => real.store.write(tenant, entryId('r', 'new'), body(), limits));
    assert.equal(outcome.status, 'stored');
    assert.ok(outcome.evictedEntries > 900, `${outcome.evictedEntries} evicted`);
    assert.ok(work.calls >= outcome.evictedEntries / OF_A_TENANT, `${work.calls} calls`);
    assert.ok(work.commandsPerCall < 40, `${work.commandsPerCall} commands a call`);
  });

  it('32 writes of 32 tenants far above their limits remove 256 in a call', async () => {
    const tenants = await Promise.all(Array.from({ length: 32 }, () => filled(120)));
    const { used } = await look(client, tenants[0] as TenantId);
    const limits = limitsOf({ quotaBytes: Math.ceil(used / 2) });
    const { outcome, work } = await working(() =>
      Promise.all(tenants.map((tenant) => real.store.write(tenant, entryId('r', 'new'), body(), limits))),
    );
    const evicted = outcome.reduce((sum, { evictedEntries }) => sum + evictedEntries, 0);
    assert.ok(evicted > 32 * 60, `${evicted} evicted`);
    assert.ok(work.calls >= evicted / OF_ALL, `${work.calls} calls`);
    assert.ok(work.commandsPerCall < 32 * 20, `${work.commandsPerCall} commands a call`);
  });

  it('settling what expired, what was cleared and what is above the limit removes 64 of each in a round', async () => {
    const tenant = await filled(300);
    await real.store.clear(tenant);
    await fill(tenant, 300, 'b');
    await age(client, tenant, 2_000);
    await fill(tenant, 300, 'c');
    const limits = limitsOf({ quotaBytes: 1_000 });
    for (let more = true, rounds = 0; more; rounds++) {
      assert.ok(rounds < 100);
      const before = (await look(client, tenant)).exp.length;
      const { outcome, work } = await working(() => real.store.settle(tenant, limits));
      assert.ok(before - outcome.entries <= 2 * OF_A_TENANT, `${before - outcome.entries} removed`);
      assert.ok(outcome.evictedEntries <= OF_A_TENANT && outcome.expiredEntries <= OF_A_TENANT);
      assert.ok(work.calls === 1 && work.commandsPerCall < 40, JSON.stringify(work));
      more = outcome.more;
    }
  });

  it('512 scopes in a call, and the fold of the 4,096 that are kept at the most, take a bounded number of commands', async () => {
    const tenant = await filled(50);
    const most = { invalidate: 0, settle: 0 };
    for (let round = 0; round < 10; round++) {
      const scopes = Array.from({ length: 512 }, (_, n) => ({ tag: `t${round}-${n}` }));
      const { work } = await working(() => real.store.invalidate(tenant, scopes));
      most.invalidate = Math.max(most.invalidate, work.commandsPerCall);
      // Records are folded ten minutes after a pass has finished with them.
      if (round === 7) await age(client, tenant, 1_000);
      const settled = await working(() => real.store.settle(tenant, roomy));
      most.settle = Math.max(most.settle, settled.work.commandsPerCall);
      assert.ok((await client.hlen(`meta:{${tenant}}:inv`)) <= 4_096 + 512);
    }
    assert.ok(most.invalidate < 40 && most.settle < 60, JSON.stringify(most));
  });

  async function filled(entries: number): Promise<TenantId> {
    const tenant = tenantId(`work-${serial++}`);
    await fill(tenant, entries, 'a');
    return tenant;
  }

  async function fill(tenant: TenantId, entries: number, name: string): Promise<void> {
    const ids = Array.from({ length: entries }, (_, n) => entryId('r', `${name}${n}`));
    await Promise.all(ids.map((id) => real.store.write(tenant, id, body(100, ['t']), roomy)));
  }

  async function working<T>(call: () => Promise<T>) {
    const before = await commandsIn(client);
    const outcome = await call();
    const after = await commandsIn(client);
    const calls = after.scripts - before.scripts;
    return { outcome, work: { calls, commandsPerCall: (after.commands - before.commands) / calls } };
  }
});
