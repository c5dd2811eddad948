import type { EntryBody, Lease } from '../core/contracts.js';
import type { Limits } from '../core/quota.js';
import type { EntryId } from '../core/resource.js';
import type { Consequences, WriteOutcome } from '../core/store-outcomes.js';
import type { StoredMember } from '../core/stored-size.js';
import type { TenantId } from '../core/tenant-id.js';
import { LaneQueues } from './lane-queues.js';
import { type Hear, hearLate } from './late-answer.js';
import type { RedisTopology } from './redis-topology.js';
import type { PackedCall } from './script-runner.js';
import { SequenceClock } from './sequence-clock.js';
import type { TouchBuffer } from './touch-buffer.js';
import { concludeWrites, PendingWrite, writeCall, writeGroups } from './write-call.js';

const MAX_WRITES_PER_CALL = 32;
const MAX_BYTES_PER_CALL = 1024 * 1024;

export interface WriteBatcherParts {
  readonly topology: Pick<RedisTopology, 'laneOf' | 'nodeOf' | 'script'>;
  /** Of the message that tells other processes. */
  readonly head: Buffer;
  readonly touches: TouchBuffer;
  /** Hears what a write did whose caller heard of a failure: rounds before it, or an answer after its time. */
  readonly onUntold: OnUntold;
}

export type OnUntold = (tenant: TenantId, did: Consequences, limits: Limits) => void;

export interface WriteAnswer {
  readonly reply: Buffer;
  /** How many replicas have it, where that was asked. */
  readonly replicas?: number;
}

/** Groups the writes of a tick and lane, up to 32, into one script call; each caller gets its own result. */
export class WriteBatcher {
  readonly #parts: WriteBatcherParts;
  readonly #queues: LaneQueues<PendingWrite>;
  /** While nobody is known to serve a lane. */
  readonly #clock = new SequenceClock();
  /** Of the call that has just been answered. */
  #replicas: number | undefined;

  constructor(parts: WriteBatcherParts, maxCalls?: number) {
    this.#parts = parts;
    this.#queues = new LaneQueues({
      maxItems: MAX_WRITES_PER_CALL,
      maxBytes: MAX_BYTES_PER_CALL,
      ...(maxCalls !== undefined && { maxCalls }),
      laneOf: ({ tenant }) => parts.topology.laneOf(tenant),
      send: (lane, writes) => this.#send(lane, writes),
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
      const conclude = (outcome: WriteOutcome) => {
        this.#parts.touches.wrote(tenant, outcome.usedBytes, limits);
        resolve(this.#replicas === undefined ? outcome : { ...outcome, replicas: this.#replicas });
      };
      const fail = (error: unknown) => {
        reject(error);
        this.#tell(write);
      };
      const write = new PendingWrite(tenant, id, member, body, limits, lease, sizeBytes, conclude, fail);
      this.#queues.add(write);
    });
  }

  async #send(lane: number, writes: readonly PendingWrite[]): Promise<PendingWrite[]> {
    const { topology, head, touches } = this.#parts;
    const groups = writeGroups(writes);
    for (const [first] of groups) touches.beforeWrite((first as PendingWrite).tenant);
    const clock = topology.nodeOf(lane)?.clock ?? this.#clock;
    const call = writeCall(groups, head, clock);
    const { reply, replicas } = await hearLate(
      (hear) => this.send(lane, call, hear),
      (late: Buffer) => {
        concludeWrites(groups, late, clock);
        for (const write of writes) this.#tell(write);
      },
    );
    this.#replicas = replicas;
    return concludeWrites(groups, reply, clock);
  }

  #tell(write: PendingWrite): void {
    const { expiredEntries, evictedEntries, evictedBytes, crossing } = write;
    if (expiredEntries === 0 && evictedEntries === 0 && crossing === undefined) return;
    write.forget();
    this.#parts.onUntold(write.tenant, { expiredEntries, evictedEntries, evictedBytes, crossing }, write.limits);
  }

  /** @param hear takes the answer of the script */
  protected async send(lane: number, call: PackedCall, hear: Hear<Buffer>): Promise<WriteAnswer> {
    return { reply: await this.#parts.topology.script(lane, (scripts) => hear(scripts.runPacked(call))) };
  }
}
