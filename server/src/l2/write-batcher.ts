import type { EntryBody, WriteOutcome, WriteStatus } from '../core/contracts.js';
import type { Limits } from '../core/quota.js';
import type { EntryId } from '../core/resource.js';
import type { StoredMember } from '../core/stored-size.js';
import type { TenantId } from '../core/tenant-id.js';
import { entriesMessage } from './bus-messages.js';
import { byTenant } from './by-tenant.js';
import { entryPrefix, metaKey } from './redis-keys.js';
import type { ScriptArg } from './script-runner.js';
import { storeUnavailable } from './store-unavailable.js';
import { encodeBody } from './stored-value.js';
import { TickQueue } from './tick-queue.js';

const MAX_WRITES_PER_CALL = 32;
const MAX_BYTES_PER_CALL = 1024 * 1024;
/** Removals that one call may make: 64 of a tenant, and fewer each where many tenants share the call. */
const MAX_REMOVALS_PER_TENANT = 64;
const MIN_REMOVALS_PER_TENANT = 8;
const MAX_REMOVALS_PER_CALL = 256;
/** Each round removes entries or is the last, so this bounds what one write may evict, not whether it ends. */
const MAX_ROUNDS = 1_000;
/** A century; longer lives are kept that long. */
const MAX_LIFE_MS = 100 * 365 * 86_400_000;

const STATUS: readonly (WriteStatus | 'again' | 'failed')[] = ['stored', 'too-large', 'full', 'again', 'failed'];
const FIELDS_PER_TENANT = 2;
const FIELDS_PER_WRITE = 7;

interface PendingWrite {
  readonly tenant: TenantId;
  readonly id: EntryId;
  readonly member: StoredMember;
  readonly body: EntryBody;
  readonly limits: Limits;
  rounds: number;
  evictedEntries: number;
  evictedBytes: number;
  resolve(outcome: WriteOutcome): void;
  reject(error: unknown): void;
}

export type RunScript = (keys: readonly string[], args: readonly ScriptArg[]) => Promise<readonly number[]>;

/** Groups the writes of a tick, up to 32 of any tenants, into one script call; each caller gets its own result. */
export class WriteBatcher {
  readonly #run: RunScript;
  readonly #origin: string;
  readonly #queue: TickQueue<PendingWrite>;

  constructor(run: RunScript, origin: string) {
    this.#run = run;
    this.#origin = origin;
    this.#queue = new TickQueue({
      maxItems: MAX_WRITES_PER_CALL,
      maxBytes: MAX_BYTES_PER_CALL,
      bytesOf: (write) => write.body.payload.length,
      keyOf: ({ tenant, member }) => `${tenant} ${member}`,
      send: (writes) => this.#send(writes),
    });
  }

  write(tenant: TenantId, id: EntryId, member: StoredMember, body: EntryBody, limits: Limits): Promise<WriteOutcome> {
    return new Promise((resolve, reject) => {
      const pending = { tenant, id, member, body, limits, rounds: 0, evictedEntries: 0, evictedBytes: 0 };
      this.#queue.add({ ...pending, resolve, reject });
    });
  }

  async #send(writes: readonly PendingWrite[]): Promise<PendingWrite[]> {
    const groups = byTenant(writes);
    const share = Math.floor(MAX_REMOVALS_PER_CALL / groups.size);
    const removals = Math.max(MIN_REMOVALS_PER_TENANT, Math.min(MAX_REMOVALS_PER_TENANT, share));
    const keys: string[] = [];
    const args: ScriptArg[] = [groups.size, removals];
    for (const [tenant, group] of groups) this.#append(keys, args, tenant, group);
    return settle(groups.values(), await this.#run(keys, args));
  }

  #append(keys: string[], args: ScriptArg[], tenant: TenantId, group: readonly PendingWrite[]): void {
    // The newest limits hold for all: a change of quota takes effect at once.
    const { hardLimitBytes, policy, enforcement } = (group.at(-1) as PendingWrite).limits;
    const ids = group.map((write) => write.id);
    keys.push(metaKey('state', tenant), metaKey('lru', tenant), metaKey('exp', tenant));
    args.push(entryPrefix(tenant), metaKey('bus', tenant), entriesMessage(tenant, this.#origin, ids));
    args.push(hardLimitBytes, policy, enforcement, group.length);
    for (const { member, body } of group) {
      const lifeMs = Math.min(Math.ceil(body.ttlMs + body.graceMs), MAX_LIFE_MS);
      args.push(member, encodeBody(body.payload, Math.ceil(body.ttlMs)), lifeMs);
    }
  }
}

/** Hands each write its own result; returns those that must be sent again, in order. */
function settle(groups: Iterable<readonly PendingWrite[]>, reply: readonly number[]): PendingWrite[] {
  const again: PendingWrite[] = [];
  let at = 0;
  for (const group of groups) {
    const [usedBytes, entries] = reply.slice(at, at + FIELDS_PER_TENANT) as [number, number];
    at += FIELDS_PER_TENANT;
    for (const write of group) {
      const result = reply.slice(at, at + FIELDS_PER_WRITE);
      at += FIELDS_PER_WRITE;
      if (!conclude(write, result as WriteReply, usedBytes, entries)) again.push(write);
    }
  }
  return again;
}

type WriteReply = [number, number, number, number, number, number, number];

function conclude(write: PendingWrite, reply: WriteReply, usedBytes: number, entries: number): boolean {
  const [code, sequence, sizeBytes, evictedEntries, evictedBytes, wouldEvictBytes, wouldReject] = reply;
  const status = STATUS[code];
  write.evictedEntries += evictedEntries;
  write.evictedBytes += evictedBytes;
  if (status === 'again' && ++write.rounds < MAX_ROUNDS) return false;
  if (status === 'failed' || status === undefined) {
    write.reject(storeUnavailable("the tenant's keys in Redis are damaged"));
    return true;
  }
  write.resolve({
    status: status === 'again' ? 'full' : status,
    sizeBytes,
    sequence,
    evictedEntries: write.evictedEntries,
    evictedBytes: write.evictedBytes,
    wouldEvictBytes,
    wouldReject: wouldReject === 1,
    usedBytes,
    entries,
  });
  return true;
}
