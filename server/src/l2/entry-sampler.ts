import type { EntrySample } from '../core/contracts.js';
import type { EntryId } from '../core/resource.js';
import { HASH_MARKER } from '../core/stored-size.js';
import type { TenantId } from '../core/tenant-id.js';
import { metaKey } from './redis-keys.js';
import type { RedisTopology } from './redis-topology.js';

/** Members drawn at once; what one call costs Redis grows with it. */
const DRAW = 512;
const MAX_DRAWS = 16;
/** Where a resource is rare among the tenant's entries the index is walked instead, this far. */
const PAGE = 512;
const MAX_PAGES = 256;

/** Draws entries of one resource from a tenant's index, in bounded calls and without KEYS. */
export class EntrySampler {
  readonly #topology: Pick<RedisTopology, 'laneOf' | 'read'>;

  constructor(topology: Pick<RedisTopology, 'laneOf' | 'read'>) {
    this.#topology = topology;
  }

  async sample(tenant: TenantId, resource: string, count: number): Promise<EntrySample> {
    const index = metaKey('lru', tenant);
    const lane = this.#topology.laneOf(tenant);
    const found = new Set<string>();
    for (let draw = 0; draw < MAX_DRAWS && found.size < count; draw++) {
      const members = await this.#topology.read(lane, (redis) => redis.zrandmember(index, DRAW));
      // A positive count draws without repetition: fewer than asked for are all there are.
      collect(members, `${resource}:`, found, count);
      if (members.length < DRAW) return named(found);
    }
    if (found.size < count) await this.#walk(lane, index, resource, found, count);
    return named(found);
  }

  async #walk(lane: number, index: string, resource: string, found: Set<string>, count: number): Promise<void> {
    let cursor = '0';
    for (let page = 0; page < MAX_PAGES && found.size < count; page++) {
      // A resource name holds nothing that a pattern would read.
      const answer = await this.#topology.read(lane, (redis) =>
        redis.zscan(index, cursor, 'MATCH', `${resource}:*`, 'COUNT', PAGE),
      );
      cursor = answer[0];
      const members = answer[1].filter((_, position) => position % 2 === 0);
      collect(members, `${resource}:`, found, count);
      if (cursor === '0') return;
    }
  }
}

function collect(members: readonly string[], prefix: string, found: Set<string>, count: number): void {
  for (const member of members) {
    if (found.size === count) return;
    if (member.startsWith(prefix)) found.add(member);
  }
}

/** A hash cannot be turned back into its key. */
function named(members: ReadonlySet<string>): EntrySample {
  const ids = [...members].filter((member) => member[member.indexOf(':') + 1] !== HASH_MARKER) as EntryId[];
  return { ids, unnamed: members.size - ids.length };
}
