import type { EntryId } from '../core/resource.js';
import type { StoredMember } from '../core/stored-size.js';
import type { TenantId } from '../core/tenant-id.js';
import { byTenant } from './by-tenant.js';
import { LaneQueues } from './lane-queues.js';
import { packNames } from './packed-names.js';
import { metaKey } from './redis-keys.js';
import type { RedisTopology, Way } from './redis-topology.js';
import { PackedCall } from './script-runner.js';
import { damagedKeys } from './store-unavailable.js';
import type { Queued } from './tick-queue.js';

type Lanes = Pick<RedisTopology, 'laneOf' | 'script'>;

const MAX_DELETES_PER_CALL = 64;
const BYTES_PER_DELETE = 64;
const GONE = 1;
const FAILED = 4;

interface PendingDelete extends Queued {
  readonly tenant: TenantId;
  readonly id: EntryId;
  readonly member: StoredMember;
  resolve(live: boolean): void;
}

/** Groups the deletes of a tick and lane into one script call; each caller hears whether its entry was alive. */
export class DeleteBatcher {
  readonly #topology: Lanes;
  readonly #head: Buffer;
  readonly #way: Way;
  readonly #queues: LaneQueues<PendingDelete>;

  /** @param head of the message that tells other processes */
  constructor(topology: Lanes, head: Buffer, way: Way) {
    this.#topology = topology;
    this.#head = head;
    this.#way = way;
    this.#queues = new LaneQueues({
      maxItems: MAX_DELETES_PER_CALL,
      maxBytes: Number.POSITIVE_INFINITY,
      laneOf: ({ tenant }) => topology.laneOf(tenant),
      send: (lane, deletes) => this.#send(lane, deletes),
    });
  }

  delete(tenant: TenantId, id: EntryId, member: StoredMember): Promise<boolean> {
    return new Promise((resolve, reject) =>
      this.#queues.add({ tenant, id, member, key: `${tenant} ${member}`, bytes: 0, resolve, reject }),
    );
  }

  async #send(lane: number, deletes: readonly PendingDelete[]): Promise<PendingDelete[]> {
    const groups = byTenant(deletes);
    const keys = Array.from(groups.keys(), (tenant) => metaKey('state', tenant));
    const call = new PackedCall('delete', keys, [this.#head], deletes.length * BYTES_PER_DELETE);
    for (const group of groups.values()) packNames(call.writer, group);
    const reply = await this.#topology.script(lane, (scripts) => scripts.runPacked(call), this.#way);
    let at = 0;
    for (const group of groups.values()) {
      for (const item of group) {
        const code = reply[at++];
        if (code === FAILED) item.reject(damagedKeys());
        else item.resolve(code === GONE);
      }
    }
    return [];
  }
}
