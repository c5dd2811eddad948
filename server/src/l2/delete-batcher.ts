import type { EntryId } from '../core/resource.js';
import type { StoredMember } from '../core/stored-size.js';
import type { TenantId } from '../core/tenant-id.js';
import { byTenant } from './by-tenant.js';
import { packNames } from './packed-names.js';
import { metaKey } from './redis-keys.js';
import { PackedCall } from './script-runner.js';
import { damagedKeys } from './store-unavailable.js';
import { type Queued, TickQueue } from './tick-queue.js';
import type { RunPacked } from './write-batcher.js';

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

/** Groups the deletes of a tick into one script call; each caller hears whether its entry was alive. */
export class DeleteBatcher {
  readonly #run: RunPacked;
  readonly #head: Buffer;
  readonly #queue: TickQueue<PendingDelete>;

  /** @param head of the message that tells other processes */
  constructor(run: RunPacked, head: Buffer) {
    this.#run = run;
    this.#head = head;
    this.#queue = new TickQueue({
      maxItems: MAX_DELETES_PER_CALL,
      maxBytes: Number.POSITIVE_INFINITY,
      send: (deletes) => this.#send(deletes),
    });
  }

  delete(tenant: TenantId, id: EntryId, member: StoredMember): Promise<boolean> {
    return new Promise((resolve, reject) =>
      this.#queue.add({ tenant, id, member, key: `${tenant} ${member}`, bytes: 0, resolve, reject }),
    );
  }

  async #send(deletes: readonly PendingDelete[]): Promise<PendingDelete[]> {
    const groups = byTenant(deletes);
    const keys = Array.from(groups.keys(), (tenant) => metaKey('state', tenant));
    const call = new PackedCall('delete', keys, [this.#head], deletes.length * BYTES_PER_DELETE);
    for (const group of groups.values()) packNames(call.writer, group);
    const reply = await this.#run(call);
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
