import type { TenantId } from '../core/tenant-id.js';
import { entryPrefix, metaKey } from './redis-keys.js';
import type { RedisNode } from './redis-node.js';
import type { RedisTopology } from './redis-topology.js';
import { storeUnavailable } from './store-unavailable.js';

/** Keys of the server that one step looks at: about half a millisecond. */
const KEYS_PER_STEP = 1_000;
/** Arguments of one call. */
const MEMBERS_PER_CALL = 500;

/** Where a scan stands: a cursor of one server means nothing to another. */
interface Place {
  readonly node: string;
  readonly cursor: string;
}

export interface OrphanStep {
  /** Undefined where the scan is at its end. */
  readonly next: string | undefined;
  readonly looked: number;
  readonly orphans: number;
  readonly fenced: boolean;
}

/** Finds keys of a tenant that its indexes do not know, by a scan of all keys of its server. */
export class OrphanScan {
  readonly #topology: RedisTopology;

  constructor(topology: RedisTopology) {
    this.#topology = topology;
  }

  /** One step from `at`, empty at first. @throws TenantCacheError `STORE_UNAVAILABLE` */
  async step(tenant: TenantId, at: string, fence: number): Promise<OrphanStep> {
    const lane = this.#topology.laneOf(tenant);
    const place = placeOf(at);
    const prefix = entryPrefix(tenant);
    let asked: RedisNode | undefined;
    let cursor = '0';
    const page = await this.#topology.read(
      lane,
      (client) => {
        const node = this.#topology.nodeOf(lane);
        if (node === undefined) throw storeUnavailable('no node serves the slot');
        asked = node;
        // A slot that moved is looked for from the start at its new server.
        cursor = place?.node === node.address ? place.cursor : '0';
        return node.connections.reads === client
          ? client.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', KEYS_PER_STEP)
          : Promise.reject(storeUnavailable('the slot is on its way to another node'));
      },
      'ask',
    );
    const [next, keys] = page;
    const { orphans, fenced } = await this.#remove(
      tenant,
      keys.map((key) => key.slice(prefix.length)),
      fence,
    );
    const last = next === '0' || fenced;
    return { next: last ? undefined : `${asked?.address} ${next}`, looked: keys.length, orphans, fenced };
  }

  async #remove(tenant: TenantId, members: readonly string[], fence: number) {
    let orphans = 0;
    for (let from = 0; from < members.length; from += MEMBERS_PER_CALL) {
      const args = [fence, ...members.slice(from, from + MEMBERS_PER_CALL)];
      const [current, removed = 0] = await this.#topology.script(
        this.#topology.laneOf(tenant),
        (scripts) => scripts.run('orphans', [metaKey('state', tenant)], args),
        'ask',
      );
      if (current === 0) return { orphans, fenced: true };
      orphans += removed;
    }
    return { orphans, fenced: false };
  }
}

function placeOf(at: string): Place | undefined {
  const [node, cursor] = at.split(' ');
  return node !== undefined && cursor !== undefined ? { node, cursor } : undefined;
}
