import { randomBytes } from 'node:crypto';
import type { TenantId } from '../core/tenant-id.js';
import type { ForgottenTenant } from '../core/upkeep.js';
import { messageHeads, ORIGIN_BYTES } from './bus-messages.js';
import type { OrphanScan } from './orphan-scan.js';
import { metaKey } from './redis-keys.js';
import type { RedisTopology } from './redis-topology.js';

const ENTRIES_PER_STEP = 500;
/** Nobody's, so that every process hears of it, this one as well. */
const HEAD = messageHeads(randomBytes(ORIGIN_BYTES)).clear;

/**
 * Takes everything of a tenant out of Redis, in bounded steps. What its indexes do not know goes before the account does:
 * without that nothing would tell that it is old.
 */
export class TenantRemoval {
  readonly #topology: RedisTopology;
  readonly #orphans: OrphanScan;

  constructor(topology: RedisTopology, orphans: OrphanScan) {
    this.#topology = topology;
    this.#orphans = orphans;
  }

  /** @throws TenantCacheError `STORE_UNAVAILABLE`; what was removed until then stays so */
  async forget(tenant: TenantId): Promise<ForgottenTenant> {
    const indexed = await this.#steps(tenant, false);
    let orphans = 0;
    for (let at: string | undefined = ''; at !== undefined; ) {
      const step = await this.#orphans.step(tenant, at, 0);
      orphans += step.orphans;
      at = step.next;
    }
    const late = await this.#steps(tenant, true);
    return { entries: indexed.entries + orphans + late.entries, bytes: indexed.bytes + late.bytes };
  }

  async #steps(tenant: TenantId, whole: boolean): Promise<ForgottenTenant> {
    const lane = this.#topology.laneOf(tenant);
    const args = [HEAD, ENTRIES_PER_STEP, whole ? 1 : 0];
    const sum = { entries: 0, bytes: 0 };
    for (let more = 1; more === 1; ) {
      const reply = await this.#topology.script(
        lane,
        (scripts) => scripts.run('forget', [metaKey('state', tenant)], args),
        'ask',
      );
      const [entries, bytes, left] = reply as [number, number, number];
      sum.entries += entries;
      sum.bytes += bytes;
      more = left;
    }
    return sum;
  }
}
