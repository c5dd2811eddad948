import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { type EvictionPolicy, type Limits, limitsOf } from '../../src/core/quota.js';
import { type EntryId, entryId } from '../../src/core/resource.js';
import { storedMember, storedSizeBytes } from '../../src/core/stored-size.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import { ScriptRunner } from '../../src/l2/script-runner.js';
import { TouchBuffer } from '../../src/l2/touch-buffer.js';
import { counted } from '../../src/testing/frequency-order.js';
import { MemorySharedStore } from '../../src/testing/memory-shared-store.js';
import { until } from '../fakes/redis-process.js';
import { age, redisStore } from '../fakes/redis-store.js';
import { testRedisUrl } from '../fakes/redis-url.js';

const frequencyLua = readFileSync(new URL('../../src/l2/scripts/include/frequency.lua', import.meta.url), 'utf8');
const ids = Array.from({ length: 1_500 }, (_, n) => entryId('r', `k${String(n).padStart(4, '0')}`));

const PAYLOAD = Buffer.alloc(20);
const ENTRY_BYTES = storedSizeBytes(newTenant(), storedMember(idOf(0)), { payload: PAYLOAD, graceMs: 0 });

describe('the index by frequency', () => {
  let client: Redis;
  let real: ReturnType<typeof redisStore>;

  beforeAll(async () => {
    client = new Redis(testRedisUrl());
    real = redisStore();
    await real.store.ready();
  });

  afterAll(async () => {
    await real.close();
    await client.quit();
  });

  it('Lua and TypeScript count alike, to the bit', async () => {
    const time = fc.oneof(
      fc.double({ min: 0, max: 200, noNaN: true }),
      fc.double({ min: 0, max: 2 ** 34, noNaN: true }),
    );
    const score = fc.option(fc.nat(200 * 65_536), { nil: undefined });
    const cases = fc.sample(fc.tuple(score, time, fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 255 }))), 3_000);
    const near = Array.from({ length: 40 }, (_, n) => [64 * 65_536, 64 + n / 2, 1] as const);
    const all = [...cases, ...near];
    const script = `local int
${frequencyLua}
      local function bytes(hex)
        return (hex:gsub('..', function(two) return string.char(tonumber(two, 16)) end))
      end
      local out = {}
      for _, case in ipairs(cjson.decode(ARGV[1])) do
        local score = case[1] >= 0 and case[1] or nil
        out[#out + 1] = string.format('%d', frequency().counted(score, struct.unpack('>d', bytes(case[2])), case[3]))
      end
      return out`;
    const argument = all.map(([before, at, uses]) => [before ?? -1, doubleHex(at), uses]);
    const lua = (await client.eval(script, 0, JSON.stringify(argument))) as string[];
    assert.deepEqual(
      lua.map(Number),
      all.map(([before, at, uses]) => counted(before, at, uses)),
    );
  });

  it('two stores evict the same entries in the same order, whatever was done before', async () => {
    const key = fc.nat(160);
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ do: fc.constant('write' as const), key, priority: fc.nat(3) }) },
      { weight: 6, arbitrary: fc.record({ do: fc.constant('touch' as const), key }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
      {
        weight: 1,
        arbitrary: fc.record({
          do: fc.constant('policy' as const),
          policy: fc.constantFrom<EvictionPolicy>('lfu', 'hybrid', 'lfu', 'hybrid', 'lru'),
        }),
      },
    );
    const steps = fc.array(step, { minLength: 250, maxLength: 400, size: 'max' });
    await fc.assert(
      fc.asyncProperty(steps, async (history) => {
        const tenant = newTenant();
        const pair = both(tenant);
        let limits = limitsOf({ quotaBytes: 90 * ENTRY_BYTES, policy: 'hybrid' });
        for (const each of history) {
          if (each.do === 'policy') limits = limitsOf({ ...limits, policy: each.policy });
          else if (each.do === 'touch') await pair.touch(idOf(each.key));
          else if (each.do === 'delete') await pair.same((store) => store.delete(tenant, idOf(each.key)));
          else if (each.do === 'settle')
            await pair.same(async (store) => (await store.settle(tenant, limits)).usedBytes);
          else {
            const body = {
              payload: Buffer.alloc((each.key % 5) * 16),
              ttlMs: 1e7,
              graceMs: 0,
              priority: each.priority,
            };
            await pair.same(async (store) => {
              const outcome = await store.write(tenant, idOf(each.key), body, limits);
              return [outcome.status, outcome.evictedEntries, outcome.evictedBytes, outcome.usedBytes];
            });
          }
        }
        // Down to nothing, a few at a time, so that the whole order shows.
        for (let quota = 85; quota > 0; quota -= 5) {
          const narrow = limitsOf({ ...limits, quotaBytes: quota * ENTRY_BYTES });
          await pair.same(async (store) => {
            while ((await store.settle(tenant, narrow)).more);
            return (await store.getMany(tenant, ids.slice(0, 161))).map((entry) => entry !== undefined);
          });
        }
        await forget(tenant);
      }),
      { numRuns: 12 },
    );
  }, 300_000);

  it('is built in bounded steps, what has none yet going first, and is dropped when the policy asks for none', async () => {
    const tenant = newTenant();
    const lru = limitsOf({ quotaBytes: 1e9 });
    const lfu = limitsOf({ quotaBytes: 1e9, policy: 'lfu' });
    await fill(tenant, ids, lru);
    assert.equal(await ranked(tenant), 0);
    await real.store.settle(tenant, lfu);
    assert.equal(await ranked(tenant), 512);
    const oldest = ids[0] as EntryId;
    real.store.touch(tenant, ids[1] as EntryId);
    await until(async () => (await ranked(tenant)) === 513);
    const narrow = limitsOf({ quotaBytes: 1_490 * ENTRY_BYTES, policy: 'lfu' });
    await real.store.settle(tenant, narrow);
    const first = await real.store.getMany(tenant, ids.slice(0, 20));
    assert.equal(await real.store.get(tenant, oldest), undefined);
    assert.deepEqual(
      first.map((entry) => entry !== undefined),
      ids.slice(0, 20).map((_, n) => n === 1 || n > 10),
    );
    for (let round = 0; round < 3; round++) await real.store.settle(tenant, lfu);
    assert.equal(await ranked(tenant), 1_490);
    await real.store.settle(tenant, lru);
    assert.deepEqual([await ranked(tenant), await client.hexists(`meta:{${tenant}}:state`, 'freq')], [0, 0]);
    await forget(tenant);
  });

  it('keeps nothing of what is gone: deleted, overwritten, expired, evicted, invalidated, cleared', async () => {
    const tenant = newTenant();
    const { store } = real;
    const limits = limitsOf({ quotaBytes: 300 * ENTRY_BYTES, policy: 'hybrid' });
    await fill(tenant, ids.slice(0, 200), limits, ['tag']);
    await fill(tenant, ids.slice(100, 500), limits);
    const counts = async () => {
      const { entries } = await settleAll(tenant, limits);
      return [await ranked(tenant), entries];
    };
    for (const gone of [
      () => store.delete(tenant, ids[480] as EntryId),
      () => store.invalidate(tenant, [{ tag: 'tag' }, { resource: 'r', prefix: 'k04' }]),
      () => age(client, tenant, 100_000),
      () => fill(tenant, ids.slice(0, 50), limits),
      () => store.clear(tenant),
    ]) {
      await gone();
      const [now, entries] = await counts();
      assert.equal(now, entries);
    }
    assert.equal(await client.exists(`meta:{${tenant}}:freq`), 0);
    await forget(tenant);
  });

  it('an index with holes is made whole again', async () => {
    const tenant = newTenant();
    const limits = limitsOf({ quotaBytes: 200 * ENTRY_BYTES, policy: 'lfu' });
    await fill(tenant, ids.slice(0, 200), limits);
    await client.zrem(`meta:{${tenant}}:freq`, ...ids.slice(50, 60));
    await fill(tenant, ids.slice(200, 260), limits);
    const { entries } = await settleAll(tenant, limits);
    for (let n = 0; n < 4; n++) await fill(tenant, ids.slice(259, 260), limits);
    assert.equal(await ranked(tenant), entries);
    await forget(tenant);
  });

  it('a tenant whose policy asks for none has none', async () => {
    const tenant = newTenant();
    for (const policy of ['lru', 'ttl', 'reject'] as const) {
      await fill(tenant, ids.slice(0, 5), limitsOf({ quotaBytes: 1e6, policy }));
      await real.store.settle(tenant, limitsOf({ quotaBytes: 1e6, policy }));
    }
    assert.deepEqual([await ranked(tenant), await client.hexists(`meta:{${tenant}}:state`, 'freq')], [0, 0]);
    await forget(tenant);
  });

  function both(tenant: TenantId) {
    const model = new MemorySharedStore();
    const scripts = new ScriptRunner(client);
    const touches = new TouchBuffer((keys, args) => scripts.run('touch', keys, args));
    return {
      same: async (call: (store: typeof real.store | MemorySharedStore) => Promise<unknown>) =>
        assert.deepEqual(await call(real.store), await call(model)),
      touch: async (id: EntryId) => {
        model.touch(tenant, id);
        touches.touch(tenant, id);
        await touches.flush();
      },
    };
  }

  async function fill(tenant: TenantId, which: readonly EntryId[], limits: Limits, tags?: string[]): Promise<void> {
    const body = { payload: PAYLOAD, ttlMs: 1e6, graceMs: 0, tags };
    await Promise.all(which.map((id) => real.store.write(tenant, id, body, limits)));
  }

  async function settleAll(tenant: TenantId, limits: Limits) {
    for (;;) {
      const round = await real.store.settle(tenant, limits);
      if (!round.more) return round;
    }
  }

  function ranked(tenant: TenantId): Promise<number> {
    return client.zcard(`meta:{${tenant}}:freq`);
  }

  async function forget(tenant: TenantId): Promise<void> {
    const members = await client.zrange(`meta:{${tenant}}:exp`, '0', '-1');
    const meta = ['state', 'lru', 'exp', 'tags', 'inv', 'leases', 'freq'].map((kind) => `meta:{${tenant}}:${kind}`);
    await client.unlink(...meta, ...members.map((member) => `tenant:{${tenant}}:${member}`));
  }
});

function doubleHex(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes.toString('hex');
}

function idOf(n: number): EntryId {
  return ids[n] as EntryId;
}

function newTenant(): TenantId {
  return tenantId(`freq-${randomUUID().slice(0, 18)}`);
}
