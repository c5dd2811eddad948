import type {
  Emit,
  EntryBody,
  EntrySample,
  Lease,
  LeaseAnswer,
  LeaseRequest,
  SharedStore,
  StoredEntry,
} from '../core/contracts.js';
import type { Limits } from '../core/quota.js';
import type { ReplicaWait } from '../core/replica-wait.js';
import type { EntryId } from '../core/resource.js';
import type { Scope } from '../core/scope.js';
import type { Consequences, EvictionPreview, SettleOutcome, WriteOutcome } from '../core/store-outcomes.js';
import { storedMember, storedSizeBytes } from '../core/stored-size.js';
import type { TenantId } from '../core/tenant-id.js';
import type { MessageHeads } from './bus-messages.js';
import { EntrySampler } from './entry-sampler.js';
import type { InvalidationTable } from './invalidation-table.js';
import { type Invalidations, Invalidator } from './invalidator.js';
import { type Hear, hearLate } from './late-answer.js';
import { LeaseBatcher } from './lease-batcher.js';
import { ReadBatcher } from './read-batcher.js';
import { metaKey } from './redis-keys.js';
import type { RedisTopology } from './redis-topology.js';
import { ReplicatedWrites } from './replicated-writes.js';
import type { ScriptArg } from './script-runner.js';
import type { ScriptName } from './scripts.gen.js';
import { settleOutcome } from './settle-reply.js';
import { TouchBuffer } from './touch-buffer.js';
import { type OnUntold, WriteBatcher, type WriteBatcherParts } from './write-batcher.js';

/** Entries that one round of settling removes of each kind. */
const MAX_SETTLED_PER_ROUND = 64;
const MAX_PREVIEW_ROUNDS = 16;

export interface RedisSharedStoreParts {
  topology: RedisTopology;
  table: InvalidationTable;
  heads: MessageHeads;
  maxEntryBytes: number;
  deadlineMs: number;
  emit: Emit;
  /** Hears what a call did whose caller heard of a failure, each entry and crossing once. */
  onUntold: (tenant: TenantId, did: Consequences, limits: Limits, cause: 'write' | 'limit') => void;
}

/** The shared store on Redis. It alone counts bytes and evicts, inside its scripts. */
export class RedisSharedStore implements SharedStore {
  readonly #parts: RedisSharedStoreParts;
  readonly #reads: ReadBatcher;
  readonly #writeParts: WriteBatcherParts;
  readonly #writes: WriteBatcher;
  /** By what is waited for. */
  readonly #replicated = new Map<string, ReplicatedWrites>();
  readonly #leases: LeaseBatcher;
  readonly #invalidator: Invalidator;
  readonly #touches: TouchBuffer;
  readonly #sampler: EntrySampler;
  /** Past the breaker, under the deadline alone. */
  readonly direct: Invalidations;

  constructor(parts: RedisSharedStoreParts) {
    this.#parts = parts;
    const { topology, table, heads, emit } = parts;
    const laneOf = (tenant: TenantId) => topology.laneOf(tenant);
    this.#reads = new ReadBatcher({ topology, table, emit });
    const touches = new TouchBuffer(
      (keys, args, lane) => topology.script(lane, (scripts) => scripts.run('touch', keys, args)),
      laneOf,
    );
    this.#touches = touches;
    const onUntold: OnUntold = (tenant, did, limits) => parts.onUntold(tenant, did, limits, 'write');
    this.#writeParts = { topology, head: heads.entries, touches, onUntold };
    this.#writes = new WriteBatcher(this.#writeParts);
    this.#leases = new LeaseBatcher(topology, heads.entries);
    this.#invalidator = new Invalidator({ topology, heads, table, way: 'run' });
    this.direct = new Invalidator({ topology, heads, table, way: 'ask' });
    this.#sampler = new EntrySampler(topology);
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
      const writes = body.waitFor ? this.#replicatedBy(body.waitFor) : this.#writes;
      return writes.write(tenant, id, member, body, sizeBytes, limits, lease);
    }
    if (lease) await this.release(tenant, id, lease);
    const { more: _, meters: __, ...settled } = await this.settle(tenant, limits);
    return { status: 'too-large', sizeBytes, sequence: 0, wouldEvictBytes: 0, wouldReject: false, ...settled };
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
    const { quotaBytes, hardLimitBytes, policy, enforcement } = limits;
    const args = [MAX_SETTLED_PER_ROUND, quotaBytes, hardLimitBytes, policy, enforcement];
    const reply = await hearLate(
      (hear) => this.#run('settle', tenant, args, hear),
      (late: readonly number[]) => this.#parts.onUntold(tenant, settleOutcome(late), limits, 'limit'),
    );
    return settleOutcome(reply);
  }

  async preview(tenant: TenantId, limits: Limits): Promise<EvictionPreview> {
    // What is dead already must not be counted as a victim.
    let more = true;
    let expiredEntries = 0;
    for (let round = 0; more && round < MAX_PREVIEW_ROUNDS; round++) {
      const settled = await this.settle(tenant, { ...limits, enforcement: 'off' });
      more = settled.more;
      expiredEntries += settled.expiredEntries;
    }
    const { hardLimitBytes, policy, enforcement } = limits;
    const reply = await this.#run('preview', tenant, [hardLimitBytes, policy, enforcement]);
    const [usedBytes, entries, evictBytes, evictEntries, exact] = reply as FiveIntegers;
    return { usedBytes, entries, evictBytes, evictEntries, exact: exact === 1 && !more, expiredEntries };
  }

  sample(tenant: TenantId, resource: string, count: number): Promise<EntrySample> {
    return this.#sampler.sample(tenant, resource, count);
  }

  /** @throws TenantCacheError `STORE_MISCONFIGURED` with what to change, `STORE_UNAVAILABLE` where Redis is down */
  async ready(): Promise<void> {
    await this.#parts.topology.ready();
  }

  state(tenant?: TenantId): 'up' | 'down' {
    const { topology } = this.#parts;
    return topology.state(tenant === undefined ? undefined : topology.laneOf(tenant));
  }

  async close(): Promise<void> {
    await this.#touches.flush();
    await this.#parts.topology.close(this.#parts.deadlineMs * 4);
  }

  #replicatedBy(waitFor: ReplicaWait): ReplicatedWrites {
    const key = `${waitFor.replicas} ${waitFor.timeoutMs}`;
    let writes = this.#replicated.get(key);
    if (!writes) {
      writes = new ReplicatedWrites(this.#writeParts, waitFor, this.#parts.deadlineMs);
      this.#replicated.set(key, writes);
    }
    return writes;
  }

  #run(
    name: ScriptName,
    tenant: TenantId,
    args: readonly ScriptArg[],
    hear: Hear<readonly number[]> = (reply) => reply,
  ): Promise<readonly number[]> {
    const { topology } = this.#parts;
    const keys = [metaKey('state', tenant)];
    return topology.script(topology.laneOf(tenant), (scripts) => hear(scripts.run(name, keys, args)));
  }
}

type FiveIntegers = [number, number, number, number, number];
