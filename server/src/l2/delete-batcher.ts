import type { EntryId } from '../core/resource.js';
import type { StoredMember } from '../core/stored-size.js';
import type { TenantId } from '../core/tenant-id.js';
import { entriesMessage } from './bus-messages.js';
import { byTenant } from './by-tenant.js';
import { entryPrefix, metaKey } from './redis-keys.js';
import type { ScriptArg } from './script-runner.js';
import { storeUnavailable } from './store-unavailable.js';
import { TickQueue } from './tick-queue.js';
import type { RunScript } from './write-batcher.js';

const MAX_DELETES_PER_CALL = 64;
const GONE = 1;
const FAILED = 4;

interface PendingDelete {
  readonly tenant: TenantId;
  readonly id: EntryId;
  readonly member: StoredMember;
  resolve(live: boolean): void;
  reject(error: unknown): void;
}

/** Groups the deletes of a tick into one script call; each caller hears whether its entry was alive. */
export class DeleteBatcher {
  readonly #run: RunScript;
  readonly #origin: string;
  readonly #queue: TickQueue<PendingDelete>;

  constructor(run: RunScript, origin: string) {
    this.#run = run;
    this.#origin = origin;
    this.#queue = new TickQueue({
      maxItems: MAX_DELETES_PER_CALL,
      maxBytes: Number.POSITIVE_INFINITY,
      bytesOf: () => 0,
      keyOf: ({ tenant, member }) => `${tenant} ${member}`,
      send: (deletes) => this.#send(deletes),
    });
  }

  delete(tenant: TenantId, id: EntryId, member: StoredMember): Promise<boolean> {
    return new Promise((resolve, reject) => this.#queue.add({ tenant, id, member, resolve, reject }));
  }

  async #send(deletes: readonly PendingDelete[]): Promise<PendingDelete[]> {
    const groups = byTenant(deletes);
    const keys: string[] = [];
    const args: ScriptArg[] = [groups.size];
    for (const [tenant, group] of groups) {
      const ids = group.map((item) => item.id);
      keys.push(metaKey('state', tenant), metaKey('lru', tenant), metaKey('exp', tenant));
      args.push(entryPrefix(tenant), metaKey('bus', tenant), entriesMessage(tenant, this.#origin, ids), group.length);
      for (const { member } of group) args.push(member);
    }
    const reply = await this.#run(keys, args);
    let at = 0;
    for (const group of groups.values()) {
      for (const item of group) {
        const code = reply[at++];
        if (code === FAILED) item.reject(storeUnavailable("the tenant's keys in Redis are damaged"));
        else item.resolve(code === GONE);
      }
    }
    return [];
  }
}
