import type { EntryBody, Lease } from '../core/contracts.js';
import type { Limits } from '../core/quota.js';
import type { EntryId } from '../core/resource.js';
import type { WriteOutcome } from '../core/store-outcomes.js';
import type { StoredMember } from '../core/stored-size.js';
import type { TenantId } from '../core/tenant-id.js';
import { LaneQueues } from './lane-queues.js';
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
}

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
      this.#queues.add(new PendingWrite(tenant, id, member, body, limits, lease, sizeBytes, conclude, reject));
    });
  }

  async #send(lane: number, writes: readonly PendingWrite[]): Promise<PendingWrite[]> {
    const { topology, head, touches } = this.#parts;
    const groups = writeGroups(writes);
    for (const [first] of groups) touches.beforeWrite((first as PendingWrite).tenant);
    const clock = topology.nodeOf(lane)?.clock ?? this.#clock;
    const call = writeCall(groups, head, clock);
    const { reply, replicas } = await this.send(lane, call);
    this.#replicas = replicas;
    return concludeWrites(groups, reply, clock);
  }

  protected async send(lane: number, call: PackedCall): Promise<WriteAnswer> {
    return { reply: await this.#parts.topology.script(lane, (scripts) => scripts.runPacked(call)) };
  }
}
