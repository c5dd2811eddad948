import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { EntryBody, Lease, SharedStore, StoredEntry, WriteOutcome } from '../../src/core/contracts.js';
import { type Limits, limitsOf } from '../../src/core/quota.js';
import type { EntryId } from '../../src/core/resource.js';
import { storedMember, storedSizeBytes } from '../../src/core/stored-size.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import { ScriptRunner } from '../../src/l2/script-runner.js';
import { TouchBuffer } from '../../src/l2/touch-buffer.js';
import { MemorySharedStore } from '../../src/testing/memory-shared-store.js';
import { age } from '../fakes/redis-store.js';
import { look } from '../fakes/redis-tenant.js';
import { type Body, KEYS, type Step } from './accounting-steps.js';

/** Lives end at odd multiples of 10 s and time moves by even ones, so the model's clock need not be Redis' own. */
const STEP_S = 20;
/** From this age on what an invalidation does to an unrelated lease is the store's own affair. */
const MAX_LEASE_S = 60;

const MEMBERS = KEYS.map(storedMember);

/** The same lease as both stores granted it. */
interface Pair {
  readonly id: EntryId;
  readonly real: Lease;
  readonly model: Lease;
  readonly grantedS: number;
}

/** One tenant on the real store and, step by step, on the memory store as its model. */
export class World {
  readonly #tenant = newTenant();
  readonly #model: MemorySharedStore;
  readonly #touches: TouchBuffer;
  readonly #startMs = Date.now();
  #leases: Pair[] = [];
  #agedS = 0;
  #writes = 0;
  /** Since the last full settling: how much of what scopes hide is reclaimed by when is each store's own affair. */
  #scopesPending = false;

  constructor(
    readonly store: SharedStore,
    readonly client: Redis,
    private limits: Limits,
  ) {
    const scripts = new ScriptRunner(client);
    this.#touches = new TouchBuffer((keys, args) => scripts.run('touch', keys, args));
    this.#model = new MemorySharedStore({ now: () => this.#startMs + this.#agedS * 1000 });
  }

  async take(step: Step): Promise<void> {
    if (step.do === 'write') await this.#write([idOf(step.key)], step.body);
    else if (step.do === 'burst') await this.#write(step.keys.map(idOf), step.body);
    else if (step.do === 'touch') await this.#touch(idOf(step.key));
    else if (step.do === 'delete') await this.#same('delete', (store) => store.delete(this.#tenant, idOf(step.key)));
    else if (step.do === 'limit') this.limits = limitsOf({ ...this.limits, quotaBytes: step.bytes });
    else if (step.do === 'clear') await this.#both((store) => store.clear(this.#tenant));
    else if (step.do === 'invalidate') {
      this.#scopesPending = true;
      await this.#both((store) => store.invalidate(this.#tenant, step.scopes));
    } else if (step.do === 'age') {
      this.#agedS += step.steps * STEP_S;
      await age(this.client, this.#tenant, step.steps * STEP_S);
    } else if (step.do === 'lease') await this.#lease(step);
    else if (step.do === 'leased' || step.do === 'renew' || step.do === 'release') await this.#useLease(step);
    else await this.#settle(step.do);
    await this.#check();
  }

  async #touch(id: EntryId): Promise<void> {
    this.#model.touch(this.#tenant, id);
    this.#touches.touch(this.#tenant, id);
    await this.#touches.flush();
  }

  async #lease({ key, steps, seize, blind }: Step & { do: 'lease' }): Promise<void> {
    const id = idOf(key);
    const ttlMs = lifeMs(steps);
    const ask = async (store: SharedStore) => {
      const seenSequence = blind ? 0 : ((await store.get(this.#tenant, id))?.sequence ?? 0);
      return store.lease(this.#tenant, id, { seenSequence, ttlMs, seize });
    };
    const [real, model] = await this.#both(ask);
    assert.equal(real.kind, model.kind, 'lease');
    if (real.kind !== 'granted' || model.kind !== 'granted') return;
    this.#leases = [{ id, real: real.lease, model: model.lease, grantedS: this.#agedS }, ...this.#leases].slice(0, 4);
  }

  async #useLease(step: Step & { do: 'leased' | 'renew' | 'release' }): Promise<void> {
    const pair = this.#leases[step.slot];
    if (!pair) return;
    const { id } = pair;
    const of = (store: SharedStore) => (store === this.#model ? pair.model : pair.real);
    if (step.do === 'leased') await this.#write([id], step.body, pair);
    else if (step.do === 'release') await this.#both((store) => store.release(this.#tenant, id, of(store)));
    else if (this.#agedS - pair.grantedS + STEP_S < MAX_LEASE_S) {
      await this.#same('renew', (store) => store.renew(this.#tenant, id, of(store), lifeMs(0)));
    }
  }

  async #write(ids: readonly EntryId[], { bytes, life, grace, tags }: Body, lease?: Pair): Promise<void> {
    const bodies = ids.map((): EntryBody => {
      // Under `ttl` no two lives are equal, so the order does not hang on the fraction of a second.
      const serial = ++this.#writes;
      const ttlMs = lifeMs(this.limits.policy === 'ttl' ? serial : life);
      const graceMs = this.limits.policy === 'ttl' ? 0 : grace * STEP_S * 1000;
      return { payload: Buffer.alloc(bytes, serial % 251), ttlMs, graceMs, tags };
    });
    const [real, model] = await this.#both((store) =>
      Promise.all(
        ids.map((id, at) =>
          store.write(
            this.#tenant,
            id,
            bodies[at] as EntryBody,
            this.limits,
            store === this.#model ? lease?.model : lease?.real,
          ),
        ),
      ),
    );
    // Writes of one tick share the totals at the end of their call.
    const last = { usedBytes: model.at(-1)?.usedBytes, entries: model.at(-1)?.entries };
    for (const [n, outcome] of real.entries()) {
      const expected = { ...(model[n] as WriteOutcome), ...last } as WriteOutcome;
      assert.deepEqual(this.#comparable(outcome), this.#comparable(expected));
      if (lease && outcome.status === 'stored') assert.equal(outcome.sequence, lease.real.sequence);
      if (outcome.status === 'stored' && hard(this.limits)) {
        assert.ok(outcome.usedBytes <= this.limits.hardLimitBytes, 'above the limit in force');
      }
    }
  }

  #comparable({ status, sizeBytes, evictedEntries, evictedBytes, ...rest }: WriteOutcome): object {
    const { usedBytes, entries, wouldEvictBytes, wouldReject } = rest;
    const decided = { status, sizeBytes, evictedEntries, evictedBytes };
    return this.#scopesPending ? decided : { ...decided, usedBytes, entries, wouldEvictBytes, wouldReject };
  }

  async #settle(what: 'settle' | 'preview'): Promise<void> {
    const countsExpired = !this.#scopesPending;
    const settle = async (store: SharedStore) => {
      const { expiredEntries, ...sums } = await settleAll(store, this.#tenant, this.limits);
      // What a scope hides may expire before it is reclaimed.
      return countsExpired ? { ...sums, expiredEntries } : sums;
    };
    await this.#same(what, (store) => (what === 'settle' ? settle(store) : store.preview(this.#tenant, this.limits)));
    this.#scopesPending = false;
  }

  async #both<T>(call: (store: SharedStore) => Promise<T>): Promise<[real: T, model: T]> {
    return [await call(this.store), await call(this.#model)];
  }

  async #same(what: string, call: (store: SharedStore) => Promise<unknown>): Promise<void> {
    const [real, model] = await this.#both(call);
    assert.deepEqual(real, model, what);
  }

  async #check(): Promise<void> {
    const [now, real, model] = await Promise.all([
      look(this.client, this.#tenant, MEMBERS),
      this.store.getMany(this.#tenant, KEYS),
      this.#model.getMany(this.#tenant, KEYS),
    ]);
    assert.equal(now.used, now.indexed, 'used is the sum of the indexed sizes');
    assert.deepEqual([...now.lru].sort(), now.exp, 'both sorted sets agree');
    const tagged = now.tagged.filter((member) => now.keys.includes(member));
    assert.deepEqual(tagged, now.carryingTags, 'the tags on file are those of the entries');
    assert.deepEqual(real.map(read), model.map(read), 'the visible entries');
  }

  async finish(): Promise<void> {
    await this.#settle('settle');
    const now = await look(this.client, this.#tenant, MEMBERS);
    assert.equal(now.used, now.live, 'used is what is there');
    assert.deepEqual(now.keys, now.exp, 'what is there is indexed');
    const visible = await this.store.getMany(this.#tenant, KEYS);
    const bytes = visible.map((entry, n) => (entry ? storedSizeBytes(this.#tenant, storedMember(idOf(n)), entry) : 0));
    assert.equal(
      now.used,
      bytes.reduce((sum, size) => sum + size, 0),
      'used is what can be read',
    );
    if (hard(this.limits) && this.limits.policy !== 'reject') assert.ok(now.used <= this.limits.hardLimitBytes);
    await this.store.clear(this.#tenant);
    await settleAll(this.store, this.#tenant, this.limits);
    const left = await look(this.client, this.#tenant, MEMBERS);
    assert.deepEqual([left.live, left.exp, left.tagged], [0, [], []]);
    await this.forget();
  }

  /** Whatever state the run ended in. */
  async forget(): Promise<void> {
    const { keys } = await look(this.client, this.#tenant, MEMBERS);
    const meta = ['state', 'lru', 'exp', 'tags', 'inv', 'leases'].map((kind) => `meta:{${this.#tenant}}:${kind}`);
    await this.client.del(...meta, ...keys.map((member) => `tenant:{${this.#tenant}}:${member}`));
  }
}

/** Rounds differ from store to store, their sums do not. */
async function settleAll(store: SharedStore, tenant: TenantId, limits: Limits) {
  const sums = { expiredEntries: 0, evictedEntries: 0, evictedBytes: 0 };
  for (let round = 0; round < 1_000; round++) {
    const { usedBytes, entries, more, ...parts } = await store.settle(tenant, limits);
    for (const name of ['expiredEntries', 'evictedEntries', 'evictedBytes'] as const) sums[name] += parts[name];
    if (!more) return { ...sums, usedBytes, entries };
  }
  throw new Error('settling does not end');
}

function read(entry: StoredEntry | undefined): object | undefined {
  if (!entry) return undefined;
  const { payload, ttlMs, graceMs, tags = [] } = entry;
  return { payload: payload.toString('latin1'), ttlMs, graceMs, tags };
}

function lifeMs(steps: number): number {
  return (steps * STEP_S + STEP_S / 2) * 1000;
}

function hard({ enforcement }: Limits): boolean {
  return enforcement === 'hard' || enforcement === 'soft';
}

function idOf(n: number): EntryId {
  return KEYS[n] as EntryId;
}

export function newTenant(): TenantId {
  return tenantId(`model-${randomUUID()}`);
}
