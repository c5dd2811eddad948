import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import type { WriteOutcome } from '../../src/core/contracts.js';
import { ENFORCEMENTS, EVICTION_POLICIES, type Limits, limitsOf } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import { ScriptRunner } from '../../src/l2/script-runner.js';
import { TouchBuffer } from '../../src/l2/touch-buffer.js';
import { MemorySharedStore } from '../../src/testing/memory-shared-store.js';
import { age, redisStore } from '../fakes/redis-store.js';
import { look } from '../fakes/redis-tenant.js';
import { testRedisUrl } from '../fakes/redis-url.js';

const RUNS = Number(process.env.MODEL_RUNS ?? 200);
const KEYS = Array.from({ length: 9 }, (_, n) => entryId('r', n === 8 ? '~'.repeat(300) : `k${n}`));
/** Lives end at odd multiples of 10 s and time moves by even ones, so the model's clock need not be Redis' own. */
const STEP_S = 20;

type Step =
  | { do: 'write'; key: number; bytes: number; life: number }
  | { do: 'delete' | 'touch'; key: number }
  | { do: 'burst'; keys: number[]; bytes: number }
  | { do: 'age'; steps: number }
  | { do: 'limit'; bytes: number }
  | { do: 'clear' | 'settle' | 'preview' };

const key = fc.nat(KEYS.length - 1);
const bytes = fc.integer({ min: 0, max: 700 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ do: fc.constant('write' as const), key, bytes, life: fc.integer({ min: 0, max: 9 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('burst' as const),
      keys: fc.array(key, { minLength: 2, maxLength: 8 }),
      bytes,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('delete' as const, 'touch' as const, 'touch' as const), key }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('age' as const), steps: fc.integer({ min: 1, max: 5 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('limit' as const), bytes: fc.integer({ min: 200, max: 4_000 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('clear' as const, 'settle' as const, 'preview' as const) }) },
);

const run = fc.record({
  policy: fc.oneof({ weight: 2, arbitrary: fc.constant('lru' as const) }, fc.constantFrom(...EVICTION_POLICIES)),
  enforcement: fc.oneof({ weight: 4, arbitrary: fc.constant('hard' as const) }, fc.constantFrom(...ENFORCEMENTS)),
  limit: fc.integer({ min: 200, max: 3_000 }),
  steps: fc.array(step, { minLength: 1, maxLength: 30, size: 'max' }),
});

describe('accounting of the Redis store against the memory store as its model', () => {
  let real: ReturnType<typeof redisStore>;
  let client: Redis;
  const bystander = newTenant();
  let bystanderDump: unknown;

  beforeAll(async () => {
    real = redisStore();
    client = new Redis(testRedisUrl());
    await real.store.ready();
    for (const id of KEYS) {
      await real.store.write(
        bystander,
        id,
        { payload: Buffer.alloc(50), ttlMs: 1e7, graceMs: 0 },
        limitsOf({ quotaBytes: 1e6 }),
      );
    }
    bystanderDump = await dump(client, bystander);
  });

  afterAll(async () => {
    await real.close();
    await client.quit();
  });

  it(`agrees in every outcome and keeps every invariant over ${RUNS} runs`, async () => {
    await fc.assert(
      fc.asyncProperty(run, async ({ policy, enforcement, limit, steps }) => {
        const world = new World(real.store, client, limitsOf({ quotaBytes: limit, policy, enforcement }));
        for (const each of steps) await world.take(each);
        await world.finish();
        assert.deepEqual(await dump(client, bystander), bystanderDump, 'another tenant was touched');
      }),
      { numRuns: RUNS },
    );
  }, 120_000);
});

class World {
  readonly #tenant = newTenant();
  readonly #model: MemorySharedStore;
  readonly #touches: TouchBuffer;
  readonly #startMs = Date.now();
  #agedS = 0;
  #writes = 0;

  constructor(
    readonly store: ReturnType<typeof redisStore>['store'],
    readonly client: Redis,
    private limits: Limits,
  ) {
    const scripts = new ScriptRunner(client);
    this.#touches = new TouchBuffer((keys, args) => scripts.run('touch', keys, args));
    this.#model = new MemorySharedStore({ now: () => this.#startMs + this.#agedS * 1000 });
  }

  async take(step: Step): Promise<void> {
    const both = [this.store, this.#model] as const;
    if (step.do === 'write') await this.#write([step.key], step.bytes, step.life);
    else if (step.do === 'burst') await this.#write(step.keys, step.bytes, 3);
    else if (step.do === 'touch') {
      this.#model.touch(this.#tenant, idOf(step.key));
      this.#touches.touch(this.#tenant, idOf(step.key));
      await this.#touches.flush();
    } else if (step.do === 'delete') {
      const [real, model] = await Promise.all(both.map((store) => store.delete(this.#tenant, idOf(step.key))));
      assert.equal(real, model, 'delete');
    } else if (step.do === 'age') {
      this.#agedS += step.steps * STEP_S;
      await age(this.client, this.#tenant, step.steps * STEP_S);
    } else if (step.do === 'limit') this.limits = limitsOf({ ...this.limits, quotaBytes: step.bytes });
    else if (step.do === 'clear') await Promise.all(both.map((store) => store.clear(this.#tenant)));
    else await this.#compare(step.do);
    await this.#check();
  }

  async #write(keys: readonly number[], size: number, life: number): Promise<void> {
    const bodies = keys.map(() => {
      // Under `ttl` no two lives are equal, so the order does not hang on the fraction of a second.
      const steps = this.limits.policy === 'ttl' ? ++this.#writes : life;
      return { payload: Buffer.alloc(size), ttlMs: (steps * STEP_S + STEP_S / 2) * 1000, graceMs: 0 };
    });
    const write = (store: MemorySharedStore | typeof this.store) =>
      Promise.all(
        keys.map((n, at) => store.write(this.#tenant, idOf(n), bodies[at] as (typeof bodies)[0], this.limits)),
      );
    const real = await write(this.store);
    const model = await write(this.#model);
    // Writes of one tick share the totals at the end of their call.
    const last = { usedBytes: model.at(-1)?.usedBytes, entries: model.at(-1)?.entries };
    for (const [n, outcome] of real.entries())
      assert.deepEqual(plain(outcome), plain({ ...(model[n] as WriteOutcome), ...last } as WriteOutcome));
    for (const outcome of real)
      if (outcome.status === 'stored' && hard(this.limits)) {
        assert.ok(outcome.usedBytes <= this.limits.hardLimitBytes, 'above the limit in force');
      }
  }

  async #compare(what: 'settle' | 'preview'): Promise<void> {
    const [real, model] = [
      await this.store[what](this.#tenant, this.limits),
      await this.#model[what](this.#tenant, this.limits),
    ];
    assert.deepEqual(real, model, what);
  }

  async #check(): Promise<void> {
    const now = await look(this.client, this.#tenant);
    assert.equal(now.used, now.indexed, 'used is the sum of the indexed sizes');
    assert.deepEqual([...now.lru].sort(), now.exp, 'both sorted sets agree');
    const [real, model] = await Promise.all(
      [this.store, this.#model].map((store) => store.getMany(this.#tenant, KEYS)),
    );
    const sizes = (found: typeof real) => found?.map((entry) => entry?.payload.length);
    assert.deepEqual(sizes(real), sizes(model), 'the visible entries');
  }

  async finish(): Promise<void> {
    for (let more = true; more; ) more = (await this.store.settle(this.#tenant, this.limits)).more;
    const now = await look(this.client, this.#tenant);
    assert.equal(now.used, now.live, 'used is what is there');
    assert.deepEqual(now.keys, now.exp, 'what is there is indexed');
    if (hard(this.limits) && this.limits.policy !== 'reject') assert.ok(now.used <= this.limits.hardLimitBytes);
    await this.store.clear(this.#tenant);
    for (let more = true; more; ) more = (await this.store.settle(this.#tenant, this.limits)).more;
    assert.equal((await look(this.client, this.#tenant)).live, 0);
    await this.client.del(`meta:{${this.#tenant}}:state`);
  }
}

function plain({ sequence: _sequence, ...rest }: WriteOutcome) {
  return rest;
}

function hard({ enforcement }: Limits): boolean {
  return enforcement === 'hard' || enforcement === 'soft';
}

function idOf(n: number) {
  return KEYS[n] as (typeof KEYS)[0];
}

function newTenant(): TenantId {
  return tenantId(`model-${randomUUID()}`);
}

async function dump(client: Redis, tenant: TenantId): Promise<unknown> {
  const kinds = ['state', 'lru', 'exp'];
  return Promise.all(kinds.map((kind) => client.dumpBuffer(`meta:{${tenant}}:${kind}`)));
}
