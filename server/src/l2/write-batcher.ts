import type { EntryBody, Lease, WriteOutcome, WriteStatus } from '../core/contracts.js';
import type { Limits } from '../core/quota.js';
import type { EntryId } from '../core/resource.js';
import { type StoredMember, storedValueBytes } from '../core/stored-size.js';
import type { TenantId } from '../core/tenant-id.js';
import { byTenant } from './by-tenant.js';
import { sequenceOf, tokenOf } from './lease-token.js';
import { packNames } from './packed-names.js';
import { metaKey } from './redis-keys.js';
import { PackedCall } from './script-runner.js';
import { SequenceClock } from './sequence-clock.js';
import { damagedKeys } from './store-unavailable.js';
import { packValue } from './stored-value.js';
import { type Queued, TickQueue } from './tick-queue.js';

const MAX_WRITES_PER_CALL = 32;
const MAX_BYTES_PER_CALL = 1024 * 1024;
/** Removals that one call may make: 64 of a tenant, and fewer each where many tenants share the call. */
const MAX_REMOVALS_PER_TENANT = 64;
const MIN_REMOVALS_PER_TENANT = 8;
const MAX_REMOVALS_PER_CALL = 256;
/** Each round removes entries or is the last, so this bounds what one write may evict, not whether it ends. */
const MAX_ROUNDS = 1_000;
/** What limits and names may take beside what the entries are counted at. */
const SLACK_BYTES = 2_048;

const STATUS: readonly (WriteStatus | 'again' | 'failed')[] = [
  'stored',
  'too-large',
  'full',
  'again',
  'failed',
  'void',
];
/** Added to a status where figures follow it. */
const MORE_FOLLOWS = 16;

export type RunPacked = (call: PackedCall) => Promise<Buffer>;

class PendingWrite implements Queued {
  readonly key: string;
  /** Of the last call that it went with. */
  expectedSequence = 0;
  rounds = 0;
  evictedEntries = 0;
  evictedBytes = 0;

  constructor(
    readonly tenant: TenantId,
    readonly id: EntryId,
    readonly member: StoredMember,
    readonly body: EntryBody,
    readonly limits: Limits,
    readonly lease: Lease | undefined,
    readonly bytes: number,
    readonly resolve: (outcome: WriteOutcome) => void,
    readonly reject: (error: unknown) => void,
  ) {
    this.key = `${tenant} ${member}`;
  }
}

/** Groups the writes of a tick, up to 32 of any tenants, into one script call; each caller gets its own result. */
export class WriteBatcher {
  readonly #run: RunPacked;
  readonly #head: Buffer;
  readonly #queue: TickQueue<PendingWrite>;
  readonly #clock = new SequenceClock();

  /** @param head of the message that tells other processes */
  constructor(run: RunPacked, head: Buffer) {
    this.#run = run;
    this.#head = head;
    this.#queue = new TickQueue({
      maxItems: MAX_WRITES_PER_CALL,
      maxBytes: MAX_BYTES_PER_CALL,
      send: (writes) => this.#send(writes),
    });
  }

  write(
    tenant: TenantId,
    id: EntryId,
    member: StoredMember,
    body: EntryBody,
    sizeBytes: number,
    limits: Limits,
    lease: Lease | undefined,
  ): Promise<WriteOutcome> {
    return new Promise((resolve, reject) => {
      this.#queue.add(new PendingWrite(tenant, id, member, body, limits, lease, sizeBytes, resolve, reject));
    });
  }

  async #send(writes: readonly PendingWrite[]): Promise<PendingWrite[]> {
    const groups = byTenant(writes);
    const keys: string[] = [];
    let expectedBytes = SLACK_BYTES;
    for (const write of writes) expectedBytes += write.bytes;
    for (const tenant of groups.keys()) keys.push(metaKey('state', tenant));
    const call = new PackedCall('write', keys, [this.#head, removals(groups.size)], expectedBytes);
    for (const group of groups.values()) pack(call, group);
    const nowMs = this.#clock.nowMs();
    for (const group of groups.values()) for (const write of group) this.#packValue(call, write, nowMs);
    const reply = await this.#run(call);
    this.#clock.learn(reply.readUIntBE(0, 6));
    return settle(groups.values(), reply);
  }

  #packValue(call: PackedCall, write: PendingWrite, nowMs: number): void {
    const { body, lease } = write;
    write.expectedSequence = sequenceOf(lease) ?? this.#clock.next(nowMs);
    call.next(storedValueBytes(body));
    packValue(call.writer, body, write.expectedSequence, nowMs);
  }
}

function removals(tenants: number): Buffer {
  const share = Math.floor(MAX_REMOVALS_PER_CALL / tenants);
  return Buffer.from(String(Math.max(MIN_REMOVALS_PER_TENANT, Math.min(MAX_REMOVALS_PER_TENANT, share))));
}

function pack({ writer }: PackedCall, group: readonly PendingWrite[]): void {
  // The newest limits hold for all: a change of quota takes effect at once.
  const { hardLimitBytes, policy, enforcement } = (group.at(-1) as PendingWrite).limits;
  writer.double(hardLimitBytes);
  writer.text8(policy);
  writer.text8(enforcement);
  packNames(writer, group);
  const leased = group.some(({ lease }) => lease !== undefined);
  writer.u8(leased ? 1 : 0);
  if (leased) for (const { lease } of group) writer.text8(lease ? tokenOf(lease) : '');
}

/** Hands each write its own result; returns those that must be sent again, in order. */
function settle(groups: Iterable<readonly PendingWrite[]>, reply: Buffer): PendingWrite[] {
  const again: PendingWrite[] = [];
  let at = 6;
  for (const group of groups) {
    const usedBytes = reply.readUIntBE(at, 6);
    const entries = reply.readUInt32BE(at + 6);
    const plain = reply[at + 10] === 1;
    at += 11;
    for (const write of group) {
      if (plain) {
        conclude(write, 0, write.expectedSequence, usedBytes, entries);
        continue;
      }
      const code = reply[at] as number;
      const more = code >= MORE_FOLLOWS ? reply.subarray(at + 7, at + 24) : undefined;
      if (!conclude(write, code % MORE_FOLLOWS, reply.readUIntBE(at + 1, 6), usedBytes, entries, more))
        again.push(write);
      at += more ? 24 : 7;
    }
  }
  return again;
}

function conclude(
  write: PendingWrite,
  code: number,
  sequence: number,
  usedBytes: number,
  entries: number,
  more?: Buffer,
): boolean {
  const status = STATUS[code];
  let wouldEvictBytes = 0;
  let wouldReject = false;
  if (more) {
    write.evictedEntries += more.readUInt32BE(0);
    write.evictedBytes += more.readUIntBE(4, 6);
    wouldEvictBytes = more.readUIntBE(10, 6);
    wouldReject = more[16] === 1;
  }
  if (status === 'again' && ++write.rounds < MAX_ROUNDS) return false;
  if (status === 'failed' || status === undefined) {
    write.reject(damagedKeys());
    return true;
  }
  write.resolve({
    status: status === 'again' ? 'full' : status,
    sizeBytes: write.bytes,
    sequence,
    evictedEntries: write.evictedEntries,
    evictedBytes: write.evictedBytes,
    wouldEvictBytes,
    wouldReject,
    usedBytes,
    entries,
  });
  return true;
}
