import type {
  Emit,
  EntryBody,
  EvictionPreview,
  SettleOutcome,
  SharedStore,
  StoredEntry,
  WriteOutcome,
} from '../core/contracts.js';
import type { Limits } from '../core/quota.js';
import type { EntryId } from '../core/resource.js';
import { storedMember, storedSizeBytes } from '../core/stored-size.js';
import type { TenantId } from '../core/tenant-id.js';
import { clearMessageHead } from './bus-messages.js';
import type { ClearedSequences } from './cleared-sequences.js';
import { DeleteBatcher } from './delete-batcher.js';
import type { RedisConnections } from './redis-connections.js';
import type { RedisGuard } from './redis-guard.js';
import { entryPrefix, metaKey } from './redis-keys.js';
import { refusalOf } from './redis-requirements.js';
import { type ScriptArg, ScriptRunner } from './script-runner.js';
import type { ScriptName } from './scripts.gen.js';
import { decodeValue } from './stored-value.js';
import { TouchBuffer } from './touch-buffer.js';
import { WriteBatcher } from './write-batcher.js';

/** Entries that one round of settling removes of each kind. */
const MAX_SETTLED_PER_ROUND = 64;
const MAX_PREVIEW_ROUNDS = 16;

export interface RedisSharedStoreParts {
  connections: RedisConnections;
  guard: RedisGuard;
  cleared: ClearedSequences;
  origin: string;
  maxEntryBytes: number;
  deadlineMs: number;
  emit: Emit;
}

/** The shared store on one Redis. It alone counts bytes and evicts, inside its scripts. */
export class RedisSharedStore implements SharedStore {
  readonly #parts: RedisSharedStoreParts;
  readonly #scripts: ScriptRunner;
  readonly #writes: WriteBatcher;
  readonly #deletes: DeleteBatcher;
  readonly #touches: TouchBuffer;

  constructor(parts: RedisSharedStoreParts) {
    this.#parts = parts;
    const { connections, origin } = parts;
    this.#scripts = new ScriptRunner(connections.scripts);
    this.#writes = new WriteBatcher((keys, args) => this.#run('write', keys, args), origin);
    this.#deletes = new DeleteBatcher((keys, args) => this.#run('delete', keys, args), origin);
    this.#touches = new TouchBuffer((keys, args) => this.#run('touch', keys, args));
    connections.scripts.on('ready', () => void this.#inspect().catch(() => {}));
  }

  async get(tenant: TenantId, id: EntryId): Promise<StoredEntry | undefined> {
    const { guard, connections } = this.#parts;
    const key = entryPrefix(tenant) + storedMember(id);
    return guard.run(async () => {
      const read = connections.reads.getBuffer(key);
      const cleared = await this.#clearedBy(tenant, read);
      return this.#visible(tenant, await read, cleared);
    });
  }

  async getMany(tenant: TenantId, ids: readonly EntryId[]): Promise<(StoredEntry | undefined)[]> {
    if (ids.length === 0) return [];
    const { guard, connections } = this.#parts;
    const prefix = entryPrefix(tenant);
    const keys = ids.map((id) => prefix + storedMember(id));
    return guard.run(async () => {
      const read = connections.reads.mgetBuffer(keys);
      const cleared = await this.#clearedBy(tenant, read);
      return (await read).map((value) => this.#visible(tenant, value, cleared));
    });
  }

  async write(tenant: TenantId, id: EntryId, body: EntryBody, limits: Limits): Promise<WriteOutcome> {
    const member = storedMember(id);
    const sizeBytes = storedSizeBytes(tenant, member, body.payload.length);
    if (sizeBytes <= this.#parts.maxEntryBytes) return this.#writes.write(tenant, id, member, body, limits);
    const { usedBytes, entries } = await this.settle(tenant, limits);
    const nothing = { sequence: 0, evictedEntries: 0, evictedBytes: 0, wouldEvictBytes: 0, wouldReject: true };
    return { status: 'too-large', sizeBytes, ...nothing, usedBytes, entries };
  }

  delete(tenant: TenantId, id: EntryId): Promise<boolean> {
    return this.#deletes.delete(tenant, id, storedMember(id));
  }

  async clear(tenant: TenantId): Promise<void> {
    const { origin, cleared } = this.#parts;
    const args = [metaKey('bus', tenant), clearMessageHead(tenant, origin)];
    const [sequence] = await this.#run('clear', [metaKey('state', tenant)], args);
    cleared.raise(tenant, sequence as number);
  }

  touch(tenant: TenantId, id: EntryId): void {
    this.#touches.touch(tenant, id);
  }

  async settle(tenant: TenantId, limits: Limits): Promise<SettleOutcome> {
    const { hardLimitBytes, policy, enforcement } = limits;
    const args = [entryPrefix(tenant), MAX_SETTLED_PER_ROUND, hardLimitBytes, policy, enforcement];
    const reply = await this.#run('settle', indexKeys(tenant), args);
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
    const reply = await this.#run('preview', indexKeys(tenant), [hardLimitBytes, policy, enforcement]);
    const [usedBytes, entries, evictBytes, evictEntries, exact] = reply as SixIntegers;
    return { usedBytes, entries, evictBytes, evictEntries, exact: exact === 1 && !more };
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

  /** The last clear as of the end of `read`. Where Redis must be asked, the question shares the round trip. */
  async #clearedBy(tenant: TenantId, read: Promise<unknown>): Promise<number> {
    const { connections, cleared } = this.#parts;
    const known = cleared.get(tenant);
    if (known !== undefined) {
      await read;
      return cleared.get(tenant) ?? known;
    }
    const mark = cleared.mark(tenant);
    // Asked after the entry, so that a clear in between hides it.
    const [text] = await Promise.all([connections.reads.hget(metaKey('state', tenant), 'cleared'), read]);
    const sequence = Number(text ?? 0);
    cleared.learn(tenant, sequence, mark);
    return sequence;
  }

  #visible(tenant: TenantId, value: Buffer | null | undefined, cleared: number): StoredEntry | undefined {
    if (!value) return undefined;
    const entry = decodeValue(value);
    if (!entry) this.#parts.emit({ type: 'unreadable-entry', tenant, reason: 'layout' });
    return entry && entry.sequence > cleared ? entry : undefined;
  }

  async #inspect() {
    const { guard, connections } = this.#parts;
    const refusal = refusalOf(await guard.ask(() => connections.scripts.info()));
    guard.refuse(refusal);
    void guard.probe();
    return refusal;
  }
}

type SixIntegers = [number, number, number, number, number, number];

function indexKeys(tenant: TenantId): string[] {
  return [metaKey('state', tenant), metaKey('lru', tenant), metaKey('exp', tenant)];
}
