import type { EntryBody, Lease } from '../core/contracts.js';
import type { Limits } from '../core/quota.js';
import type { EntryId } from '../core/resource.js';
import type { QuotaCrossing, WriteOutcome, WriteStatus } from '../core/store-outcomes.js';
import { type StoredMember, storedValueBytes } from '../core/stored-size.js';
import type { TenantId } from '../core/tenant-id.js';
import { byTenant } from './by-tenant.js';
import { sequenceOf, tokenOf } from './lease-token.js';
import { packNames } from './packed-names.js';
import { metaKey } from './redis-keys.js';
import { PackedCall } from './script-runner.js';
import type { SequenceClock } from './sequence-clock.js';
import { crossing } from './settle-reply.js';
import { damagedKeys } from './store-unavailable.js';
import { packValue } from './stored-value.js';
import type { Queued } from './tick-queue.js';

/** Removals that one call may make: 64 of a tenant, and fewer each where many tenants share the call. */
const MAX_REMOVALS_PER_TENANT = 64;
const MIN_REMOVALS_PER_TENANT = 8;
const MAX_REMOVALS_PER_CALL = 256;
/** Each round removes entries or is the last, so this bounds what one write may evict, not whether it ends. */
const MAX_ROUNDS = 1_000;
/** What limits and names may take beside what the entries are counted at. */
const SLACK_BYTES = 2_048;
const NO_CEILING = -1;

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
/** Flags of a tenant's summary; behind the second, two bits each: the level before and the level after. */
const ALL_PLAIN = 1;
const CROSSED = 2;
/** Their number follows the summary. */
const EXPIRED = 64;

export class PendingWrite implements Queued {
  readonly key: string;
  /** Of the last call that it went with. */
  expectedSequence = 0;
  rounds = 0;
  expiredEntries = 0;
  evictedEntries = 0;
  evictedBytes = 0;
  crossing: QuotaCrossing | undefined;

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

  /** What it did so far has been told. */
  forget(): void {
    this.expiredEntries = 0;
    this.evictedEntries = 0;
    this.evictedBytes = 0;
    this.crossing = undefined;
  }
}

/** A tenant's writes together, those under a ceiling apart: what they are refused by is not what the others are. */
export function writeGroups(writes: readonly PendingWrite[]): readonly (readonly PendingWrite[])[] {
  if (writes.every(({ limits }) => limits.ceilingBytes === undefined)) return [...byTenant(writes).values()];
  const free = byTenant(writes.filter(({ limits }) => limits.ceilingBytes === undefined));
  const held = byTenant(writes.filter(({ limits }) => limits.ceilingBytes !== undefined));
  return [...free.values(), ...held.values()];
}

/** One call of the script `write`. */
export function writeCall(
  groups: readonly (readonly PendingWrite[])[],
  head: Buffer,
  clock: SequenceClock,
): PackedCall {
  const keys: string[] = [];
  let expectedBytes = SLACK_BYTES;
  for (const group of groups) {
    keys.push(metaKey('state', (group[0] as PendingWrite).tenant));
    for (const write of group) expectedBytes += write.bytes;
  }
  const call = new PackedCall('write', keys, [head, removals(groups.length)], expectedBytes);
  for (const group of groups) pack(call, group);
  const nowMs = clock.nowMs();
  for (const group of groups) for (const write of group) packWrite(call, write, clock, nowMs);
  return call;
}

function packWrite(call: PackedCall, write: PendingWrite, clock: SequenceClock, nowMs: number): void {
  const { body, lease } = write;
  write.expectedSequence = sequenceOf(lease) ?? clock.next(nowMs);
  call.next(storedValueBytes(body));
  packValue(call.writer, body, write.expectedSequence, nowMs);
}

function removals(tenants: number): Buffer {
  const share = Math.floor(MAX_REMOVALS_PER_CALL / tenants);
  return Buffer.from(String(Math.max(MIN_REMOVALS_PER_TENANT, Math.min(MAX_REMOVALS_PER_TENANT, share))));
}

function pack({ writer }: PackedCall, group: readonly PendingWrite[]): void {
  // The newest limits hold for all: a change of quota takes effect at once.
  const {
    quotaBytes,
    hardLimitBytes,
    ceilingBytes = NO_CEILING,
    policy,
    enforcement,
  } = (group.at(-1) as PendingWrite).limits;
  writer.double(quotaBytes);
  writer.double(hardLimitBytes);
  writer.double(ceilingBytes);
  writer.text8(policy);
  writer.text8(enforcement);
  packNames(writer, group);
  const leased = group.some(({ lease }) => lease !== undefined);
  writer.u8(leased ? 1 : 0);
  if (leased) for (const { lease } of group) writer.text8(lease ? tokenOf(lease) : '');
}

/** Hands each write its own result; returns those that must be sent again, in order. */
export function concludeWrites(
  groups: Iterable<readonly PendingWrite[]>,
  reply: Buffer,
  clock: SequenceClock,
): PendingWrite[] {
  const nowMs = reply.readUIntBE(0, 6);
  clock.learn(nowMs);
  const again: PendingWrite[] = [];
  let at = 6;
  for (const group of groups) {
    const usedBytes = reply.readUIntBE(at, 6);
    const entries = reply.readUInt32BE(at + 6);
    const flags = reply[at + 10] as number;
    const plain = (flags & ALL_PLAIN) !== 0;
    if (flags & CROSSED) tell(group, crossing((flags >> 2) & 3, (flags >> 4) & 3, usedBytes, nowMs));
    at += 11;
    if (flags & EXPIRED) (group[0] as PendingWrite).expiredEntries += reply[at++] as number;
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
    expiredEntries: write.expiredEntries,
    evictedEntries: write.evictedEntries,
    evictedBytes: write.evictedBytes,
    wouldEvictBytes,
    wouldReject,
    usedBytes,
    entries,
    crossing: write.crossing,
  });
  return true;
}

/** One write hears of it; one that comes again may hear of a second, and then of both as one. */
function tell(group: readonly PendingWrite[], news: QuotaCrossing | undefined): void {
  const [write] = group;
  if (!write || !news) return;
  const from = write.crossing?.from ?? news.from;
  write.crossing = from === news.to ? undefined : { ...news, from };
}
