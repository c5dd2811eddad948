import type { Lease, LeaseAnswer, LeaseRequest } from '../core/contracts.js';
import type { EntryId } from '../core/resource.js';
import type { StoredMember } from '../core/stored-size.js';
import type { TenantId } from '../core/tenant-id.js';
import { byTenant } from './by-tenant.js';
import { LaneQueues } from './lane-queues.js';
import { newToken, tokenOf } from './lease-token.js';
import { packNames } from './packed-names.js';
import { metaKey } from './redis-keys.js';
import type { RedisTopology } from './redis-topology.js';
import { PackedCall } from './script-runner.js';
import { damagedKeys } from './store-unavailable.js';
import type { Queued } from './tick-queue.js';

const MAX_LEASES_PER_CALL = 64;
const BYTES_PER_LEASE = 128;
const BYTES_PER_ANSWER = 7;

const [GRANT, SEIZE, PROLONG, END] = [0, 1, 2, 3];
const [NO, YES, CHANGED, HELD] = [0, 1, 2, 3];

interface PendingLease extends Queued {
  readonly tenant: TenantId;
  readonly id: EntryId;
  readonly member: StoredMember;
  readonly kind: number;
  readonly seenSequence: number;
  readonly ttlMs: number;
  readonly token: string;
  resolve(answer: Answer): void;
}

interface Answer {
  readonly code: number;
  readonly number: number;
}

/** Groups what a tick wants of the leases in a lane, up to 64, into one script call. */
export class LeaseBatcher {
  readonly #topology: RedisTopology;
  readonly #head: Buffer;
  readonly #queues: LaneQueues<PendingLease>;

  /** @param head of the message that tells other processes of an end */
  constructor(topology: RedisTopology, head: Buffer) {
    this.#topology = topology;
    this.#head = head;
    this.#queues = new LaneQueues({
      maxItems: MAX_LEASES_PER_CALL,
      maxBytes: Number.POSITIVE_INFINITY,
      laneOf: ({ tenant }) => topology.laneOf(tenant),
      send: (lane, leases) => this.#send(lane, leases),
    });
  }

  async lease(tenant: TenantId, id: EntryId, member: StoredMember, request: LeaseRequest): Promise<LeaseAnswer> {
    const token = newToken();
    const kind = request.seize ? SEIZE : GRANT;
    const { code, number } = await this.#ask(tenant, id, member, kind, token, request.ttlMs, request.seenSequence);
    if (code === YES) return { kind: 'granted', lease: { token, sequence: number } };
    if (code === CHANGED) return { kind: 'changed' };
    if (code === HELD) return { kind: 'held', remainingMs: number };
    throw damagedKeys();
  }

  async renew(tenant: TenantId, id: EntryId, member: StoredMember, lease: Lease, ttlMs: number): Promise<boolean> {
    const { code } = await this.#ask(tenant, id, member, PROLONG, tokenOf(lease), ttlMs);
    if (code !== YES && code !== NO) throw damagedKeys();
    return code === YES;
  }

  async release(tenant: TenantId, id: EntryId, member: StoredMember, lease: Lease): Promise<void> {
    const { code } = await this.#ask(tenant, id, member, END, tokenOf(lease));
    if (code !== YES && code !== NO) throw damagedKeys();
  }

  #ask(
    tenant: TenantId,
    id: EntryId,
    member: StoredMember,
    kind: number,
    token: string,
    ttlMs = 0,
    seenSequence = 0,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const key = `${tenant} ${member}`;
      this.#queues.add({ tenant, id, member, key, bytes: 0, kind, seenSequence, ttlMs, token, resolve, reject });
    });
  }

  async #send(lane: number, leases: readonly PendingLease[]): Promise<PendingLease[]> {
    const groups = byTenant(leases);
    const keys = Array.from(groups.keys(), (tenant) => metaKey('state', tenant));
    const call = new PackedCall('lease', keys, [this.#head], leases.length * BYTES_PER_LEASE);
    for (const group of groups.values()) {
      packNames(call.writer, group);
      for (const { kind, seenSequence, ttlMs, token } of group) {
        call.writer.u8(kind);
        call.writer.u48(seenSequence);
        call.writer.u48(Math.ceil(ttlMs));
        call.writer.text8(token);
      }
    }
    const reply = await this.#topology.script(lane, (scripts) => scripts.runPacked(call));
    let at = 0;
    for (const group of groups.values()) {
      for (const item of group) {
        item.resolve({ code: reply[at] as number, number: reply.readUIntBE(at + 1, 6) });
        at += BYTES_PER_ANSWER;
      }
    }
    return [];
  }
}
