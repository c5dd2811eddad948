import assert from 'node:assert/strict';
import type { EntryBody, Lease, SharedStore } from '../../src/core/contracts.js';
import { type Limits, limitsOf, type TenantSettings } from '../../src/core/quota.js';
import type { EntryId } from '../../src/core/resource.js';
import type { SettleOutcome, WriteOutcome } from '../../src/core/store-outcomes.js';
import { storedMember } from '../../src/core/stored-size.js';
import { ScriptRunner } from '../../src/l2/script-runner.js';
import { TouchBuffer } from '../../src/l2/touch-buffer.js';
import { MemoryData } from '../../src/testing/memory-data.js';
import { MemorySharedStore } from '../../src/testing/memory-shared-store.js';
import { age } from '../fakes/redis-store.js';
import { newTenant, type WorldParts } from './accounting-faults.js';
import { assertAgrees, assertExact, forget } from './accounting-invariants.js';
import { ToldLevel } from './accounting-level.js';
import { comparable, hard, lifeMs, loseFromModel, read, STEP_S, settleAll } from './accounting-outcomes.js';
import { type Body, idOf, KEYS, type Run, type Step } from './accounting-steps.js';

/** From this age on what an invalidation does to an unrelated lease is the store's own affair. */
const MAX_LEASE_S = 60;

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
  readonly #parts: WorldParts;
  readonly #told = new ToldLevel();
  readonly #startMs = Date.now();
  /** Under `ttl` no two lives are equal, so that the order does not hang on the fraction of a second. */
  readonly #livesDiffer: boolean;
  /** Then what scopes hide is settled at once: an access counts by the entries that there are. */
  readonly #countsAccesses: boolean;
  #settings: TenantSettings;
  #touches!: TouchBuffer;
  #data!: MemoryData;
  #model!: MemorySharedStore;
  #via = 0;
  #leases: Pair[] = [];
  #agedS = 0;
  #writes = 0;
  /** Since the last full settling: how much of what scopes hide is reclaimed by when is each store's own affair. */
  #scopesPending = false;

  private constructor(parts: WorldParts, { settings, steps }: Run) {
    this.#parts = parts;
    this.#settings = settings;
    const changes = steps.map(([step]) => (step.do === 'settings' ? step.change : {}));
    const policies = new Set([settings, ...changes].map(({ policy }) => policy));
    this.#livesDiffer = policies.has('ttl');
    this.#countsAccesses = policies.has('lfu') || policies.has('hybrid');
    this.#begin();
  }

  static async live(parts: WorldParts, run: Run): Promise<void> {
    const world = new World(parts, run);
    try {
      for (const [step, via] of run.steps) {
        world.#via = via;
        await world.#take(step);
        await world.#check();
      }
      await world.#finish();
    } finally {
      await forget(parts.client, world.#tenant);
    }
  }

  get #store(): SharedStore {
    return this.#parts.stores[this.#via] as SharedStore;
  }

  get #limits(): Limits {
    return limitsOf(this.#settings);
  }

  /** By the clock of the model. */
  #nowMs(): number {
    return this.#startMs + this.#agedS * 1000;
  }

  /** Nothing is stored yet. */
  #begin(): void {
    const scripts = new ScriptRunner(this.#parts.client);
    this.#touches = new TouchBuffer((keys, args) => scripts.run('touch', keys, args));
    this.#data = new MemoryData();
    this.#model = new MemorySharedStore({ now: () => this.#nowMs(), data: this.#data });
    this.#leases = [];
    this.#told.restart();
    this.#scopesPending = false;
  }

  async #take(step: Step): Promise<void> {
    const { faults } = this.#parts;
    if (step.do === 'write') await this.#writeOne(step);
    else if (step.do === 'burst') await this.#write(step.keys.map(idOf), step.body);
    else if (step.do === 'touch') await this.#touch(idOf(step.key));
    else if (step.do === 'delete') await this.#same('delete', (store) => store.delete(this.#tenant, idOf(step.key)));
    else if (step.do === 'settings') this.#settings = { ...this.#settings, ...step.change };
    else if (step.do === 'clear') await this.#both((store) => store.clear(this.#tenant));
    else if (step.do === 'invalidate') {
      this.#scopesPending = true;
      await this.#both((store) => store.invalidate(this.#tenant, step.scopes));
      if (this.#countsAccesses) await this.#settle('settle');
    } else if (step.do === 'age') {
      this.#agedS += step.steps * STEP_S;
      await age(this.#parts.client, this.#tenant, step.steps * STEP_S);
    } else if (step.do === 'lease') await this.#lease(step);
    else if (step.do === 'leased' || step.do === 'renew' || step.do === 'release') await this.#useLease(step);
    else if (step.do === 'flush-scripts') await faults.flushScripts();
    else if (step.do === 'cut') await faults.cut?.();
    else if (step.do === 'vanish') await this.#vanish(step.keys.map(idOf));
    else if (step.do === 'restart') {
      await faults.restart?.();
      this.#begin();
    } else await this.#settle(step.do);
  }

  /** The server loses entries on its own; a reconcile finds out. */
  async #vanish(ids: readonly EntryId[]): Promise<void> {
    const { client, faults } = this.#parts;
    if (!faults.reconcile) return;
    await client.unlink(...ids.map((id) => `tenant:{${this.#tenant}}:${storedMember(id)}`));
    const expired = await faults.reconcile(this.#tenant);
    const expected = loseFromModel(this.#data, this.#tenant, ids, this.#nowMs());
    if (!this.#scopesPending) assert.equal(expired, expected, 'expired entries that a reconcile found');
  }

  async #writeOne({ key, body, unanswered }: Step & { do: 'write' }): Promise<void> {
    const ids = [idOf(key)];
    // Where what scopes hide is in the way a write takes several calls, of which the first alone would be lost.
    if (!unanswered || this.#scopesPending) return this.#write(ids, body);
    const [bodies, limits] = [this.#bodies(ids, body), this.#limits];
    const once = (store: SharedStore) => store.write(this.#tenant, idOf(key), bodies[0] as EntryBody, limits);
    const real = this.#store;
    await this.#parts.faults.unanswered(real, () => once(real));
    await once(this.#model);
    this.#told.forget();
    await this.#write(ids, body, undefined, bodies);
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

  #bodies(ids: readonly EntryId[], { bytes, life, grace, tags }: Body): readonly EntryBody[] {
    return ids.map((_, n) => {
      const serial = ++this.#writes;
      const ttlMs = lifeMs(this.#livesDiffer ? serial : life);
      const graceMs = this.#livesDiffer ? 0 : grace * STEP_S * 1000;
      return { payload: Buffer.alloc(bytes, serial % 251), ttlMs, graceMs, tags, priority: (bytes + n) % 4 };
    });
  }

  async #write(
    ids: readonly EntryId[],
    body: Body,
    lease?: Pair,
    bodies: readonly EntryBody[] = this.#bodies(ids, body),
  ): Promise<void> {
    const limits = this.#limits;
    const [real, model] = await this.#both((store) =>
      Promise.all(
        ids.map((id, at) =>
          store.write(
            this.#tenant,
            id,
            bodies[at] as EntryBody,
            limits,
            store === this.#model ? lease?.model : lease?.real,
          ),
        ),
      ),
    );
    // Writes of one tick share the totals at the end of their call.
    const last = { usedBytes: model.at(-1)?.usedBytes, entries: model.at(-1)?.entries };
    for (const [n, outcome] of real.entries()) {
      const expected = { ...(model[n] as WriteOutcome), ...last } as WriteOutcome;
      assert.deepEqual(comparable(outcome, this.#scopesPending), comparable(expected, this.#scopesPending));
      if (lease && outcome.status === 'stored') assert.equal(outcome.sequence, lease.real.sequence);
      if (outcome.status === 'stored' && hard(limits)) {
        assert.ok(outcome.usedBytes <= limits.hardLimitBytes, 'above the limit in force');
      }
    }
    const expired = (outcomes: readonly WriteOutcome[]) => outcomes.reduce((sum, each) => sum + each.expiredEntries, 0);
    if (!this.#scopesPending) assert.equal(expired(real), expired(model), 'expired entries');
    const crossings = real.flatMap(({ crossing }) => crossing ?? []);
    this.#told.hear(crossings, real.at(-1)?.usedBytes ?? 0, limits);
  }

  async #settle(what: 'settle' | 'preview'): Promise<void> {
    const countsExpired = !this.#scopesPending;
    const limits = this.#limits;
    const settle = async (store: SharedStore) => {
      const hear = (settled: SettleOutcome) => {
        if (store !== this.#model && limits.enforcement !== 'off') {
          this.#told.hear(settled.crossing ? [settled.crossing] : [], settled.usedBytes, limits);
        }
      };
      return settleAll(store, this.#tenant, limits, hear);
    };
    await this.#same(what, async (store) => {
      const found = await (what === 'settle' ? settle(store) : store.preview(this.#tenant, limits));
      const { expiredEntries, ...sums } = found;
      // What a scope hides may expire before it is reclaimed.
      return countsExpired ? found : sums;
    });
    this.#scopesPending = false;
  }

  async #both<T>(call: (store: SharedStore) => Promise<T>): Promise<[real: T, model: T]> {
    return [await call(this.#store), await call(this.#model)];
  }

  async #same(what: string, call: (store: SharedStore) => Promise<unknown>): Promise<void> {
    const [real, model] = await this.#both(call);
    assert.deepEqual(real, model, what);
  }

  async #check(): Promise<void> {
    await assertAgrees(this.#parts.client, this.#tenant);
    // Through the other store than the one that made the step.
    const other = this.#parts.stores.at(-1 - this.#via) as SharedStore;
    const [real, model] = await Promise.all([
      other.getMany(this.#tenant, KEYS),
      this.#model.getMany(this.#tenant, KEYS),
    ]);
    assert.deepEqual(real.map(read), model.map(read), 'the visible entries');
  }

  async #finish(): Promise<void> {
    await this.#settle('settle');
    await assertExact(this.#store, this.#parts.client, this.#tenant, this.#limits);
  }
}
