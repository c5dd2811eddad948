import type {
  Emit,
  EntryBody,
  EntrySample,
  EvictionPreview,
  Lease,
  LeaseAnswer,
  LeaseRequest,
  SettleOutcome,
  SharedStore,
  StoredEntry,
  WriteOutcome,
} from '../core/contracts.js';
import type { Limits } from '../core/quota.js';
import type { EntryId } from '../core/resource.js';
import type { Scope } from '../core/scope.js';
import { storedMember, storedSizeBytes } from '../core/stored-size.js';
import type { TenantId } from '../core/tenant-id.js';
import type { MessageHeads } from './bus-messages.js';
import { EntrySampler } from './entry-sampler.js';
import type { InvalidationTable } from './invalidation-table.js';
import { type Invalidations, Invalidator } from './invalidator.js';
import { LeaseBatcher } from './lease-batcher.js';
import { ReadBatcher } from './read-batcher.js';
import type { RedisConnections } from './redis-connections.js';
import type { RedisGuard } from './redis-guard.js';
import { metaKey } from './redis-keys.js';
import { refusalOf } from './redis-requirements.js';
import { type PackedCall, type ScriptArg, ScriptRunner } from './script-runner.js';
import type { ScriptName } from './scripts.gen.js';
import { TouchBuffer } from './touch-buffer.js';
import { WriteBatcher } from './write-batcher.js';

/** Entries that one round of settling removes of each kind. */
const MAX_SETTLED_PER_ROUND = 64;
const MAX_PREVIEW_ROUNDS = 16;

export interface RedisSharedStoreParts {
  connections: RedisConnections;
  guard: RedisGuard;
  table: InvalidationTable;
  heads: MessageHeads;
  maxEntryBytes: number;
  deadlineMs: number;
  emit: Emit;
}

/** The shared store on one Redis. It alone counts bytes and evicts, inside its scripts. */
export class RedisSharedStore implements SharedStore {
  readonly #parts: RedisSharedStoreParts;
  readonly #scripts: ScriptRunner;
  readonly #reads: ReadBatcher;
  readonly #writes: WriteBatcher;
  readonly #leases: LeaseBatcher;
  readonly #invalidator: Invalidator;
  readonly #touches: TouchBuffer;
  readonly #sampler: EntrySampler;
  /** Past the breaker, under the deadline alone. */
  readonly direct: Invalidations;

  constructor(parts: RedisSharedStoreParts) {
    this.#parts = parts;
    const { connections, guard, table, heads, emit } = parts;
    const scripts = new ScriptRunner(connections.scripts);
    const runPacked = (call: PackedCall) => guard.run(() => scripts.runPacked(call));
    this.#scripts = scripts;
    this.#reads = new ReadBatcher({ client: connections.reads, guard, table, emit });
    this.#writes = new WriteBatcher(runPacked, heads.entries);
    this.#leases = new LeaseBatcher(runPacked, heads.entries);
    this.#invalidator = new Invalidator({ scripts, heads, table, run: (call) => guard.run(call) });
    this.direct = new Invalidator({ scripts, heads, table, run: (call) => guard.ask(call) });
    this.#touches = new TouchBuffer((keys, args) => this.#run('touch', keys, args));
    this.#sampler = new EntrySampler(connections.reads, guard);
    connections.scripts.on('ready', () => void this.#inspect().catch(() => {}));
  }

  async get(tenant: TenantId, id: EntryId): Promise<StoredEntry | undefined> {
    return (await this.#reads.read(tenant, [id]))[0];
  }

  async getMany(tenant: TenantId, ids: readonly EntryId[]): Promise<(StoredEntry | undefined)[]> {
    return ids.length === 0 ? [] : this.#reads.read(tenant, ids);
  }

  async write(tenant: TenantId, id: EntryId, body: EntryBody, limits: Limits, lease?: Lease): Promise<WriteOutcome> {
    const member = storedMember(id);
    const sizeBytes = storedSizeBytes(tenant, member, body);
    if (sizeBytes <= this.#parts.maxEntryBytes) {
      return this.#writes.write(tenant, id, member, body, sizeBytes, limits, lease);
    }
    if (lease) await this.release(tenant, id, lease);
    const { usedBytes, entries } = await this.settle(tenant, limits);
    const nothing = { sequence: 0, evictedEntries: 0, evictedBytes: 0, wouldEvictBytes: 0, wouldReject: false };
    return { status: 'too-large', sizeBytes, ...nothing, usedBytes, entries };
  }

  lease(tenant: TenantId, id: EntryId, request: LeaseRequest): Promise<LeaseAnswer> {
    return this.#leases.lease(tenant, id, storedMember(id), request);
  }

  renew(tenant: TenantId, id: EntryId, lease: Lease, ttlMs: number): Promise<boolean> {
    return this.#leases.renew(tenant, id, storedMember(id), lease, ttlMs);
  }

  release(tenant: TenantId, id: EntryId, lease: Lease): Promise<void> {
    return this.#leases.release(tenant, id, storedMember(id), lease);
  }

  delete(tenant: TenantId, id: EntryId): Promise<boolean> {
    return this.#invalidator.delete(tenant, id);
  }

  invalidate(tenant: TenantId, scopes: readonly Scope[]): Promise<void> {
    return this.#invalidator.invalidate(tenant, scopes);
  }

  clear(tenant: TenantId): Promise<void> {
    return this.#invalidator.clear(tenant);
  }

  touch(tenant: TenantId, id: EntryId): void {
    this.#touches.touch(tenant, id);
  }

  async settle(tenant: TenantId, limits: Limits): Promise<SettleOutcome> {
    const { hardLimitBytes, policy, enforcement } = limits;
    const args = [MAX_SETTLED_PER_ROUND, hardLimitBytes, policy, enforcement];
    const reply = await this.#run('settle', [metaKey('state', tenant)], args);
    const [usedBytes, entries, expiredEntries, evictedEntries, evictedBytes, more] = reply as SixIntegers;
    return { usedBytes, entries, expiredEntries, evictedEntries, evictedBytes, more: more === 1 };
  }

  async preview(tenant: TenantId, limits: Limits): Promise<EvictionPreview> {
    // What is dead already must not be counted as a victim.
    let more = true;
    for (let round = 0; more && round < MAX_PREVIEW_ROUNDS; round++) {
      more = (await this.settle(tenant, { ...limits, enforcement: 'off' })).more;
    }
    const { hardLimitBytes, policy, enforcement } = limits;
    const reply = await this.#run('preview', [metaKey('state', tenant)], [hardLimitBytes, policy, enforcement]);
    const [usedBytes, entries, evictBytes, evictEntries, exact] = reply as SixIntegers;
    return { usedBytes, entries, evictBytes, evictEntries, exact: exact === 1 && !more };
  }

  sample(tenant: TenantId, resource: string, count: number): Promise<EntrySample> {
    return this.#sampler.sample(tenant, resource, count);
  }

  /** @throws TenantCacheError `STORE_MISCONFIGURED` with what to change, `STORE_UNAVAILABLE` where Redis is down */
  async ready(): Promise<void> {
    await this.#parts.connections.attempted;
    const refusal = await this.#inspect();
    if (refusal) throw refusal;
  }

  state(): 'up' | 'down' {
    return this.#parts.guard.closed && this.#parts.connections.ready ? 'up' : 'down';
  }

  async close(): Promise<void> {
    await this.#touches.flush();
    await this.#parts.connections.close(this.#parts.deadlineMs * 4);
  }

  #run(name: ScriptName, keys: readonly string[], args: readonly ScriptArg[]): Promise<readonly number[]> {
    return this.#parts.guard.run(() => this.#scripts.run(name, keys, args));
  }

  async #inspect() {
    const { guard, connections } = this.#parts;
    const refusal = refusalOf(await guard.ask(() => connections.scripts.info()));
    await guard.refuse(refusal);
    return refusal;
  }
}

type SixIntegers = [number, number, number, number, number, number];
