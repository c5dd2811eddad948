import type { BrowseOptions, EntryPage } from '../core/entries.js';
import { fail } from '../core/errors.js';
import type { StoreHealth } from '../core/store-health.js';
import type { TenantId } from '../core/tenant-id.js';
import type {
  ForgottenTenant,
  GoneEntries,
  Leadership,
  Placement,
  ReconcileStep,
  RollPage,
  StoreNode,
  StoreUpkeep,
} from '../core/upkeep.js';
import { EntryBrowser } from './entry-browser.js';
import { hearLate } from './late-answer.js';
import { OrphanScan } from './orphan-scan.js';
import { type PlacedTopology, placementOf, storeNodes } from './placement.js';
import { metaKey } from './redis-keys.js';
import { RedisLeadership } from './redis-leadership.js';
import { storeHealth } from './store-health.js';
import { TenantRemoval } from './tenant-removal.js';
import { TenantRoll } from './tenant-roll.js';

/** Opens a cursor of the scan for orphans; any other opens with the address of its server, then is the script's own. */
const ORPHANS = 'orphans';
const NOTHING = {
  looked: 0,
  ghosts: 0,
  ghostBytes: 0,
  expiredEntries: 0,
  repaired: 0,
  orphans: 0,
  driftBytes: 0,
  compared: false,
};

/** Looks after the store in Redis; under the deadline, but not under the breaker, which belongs to requests. */
export class RedisUpkeep implements StoreUpkeep {
  readonly #topology: PlacedTopology;
  readonly #roll: TenantRoll;
  readonly #orphans: OrphanScan;
  readonly #removal: TenantRemoval;
  readonly #entries: EntryBrowser;
  readonly #onUntold: OnUntoldGone;

  /** @param onUntold hears what a step gave back whose caller heard of a failure, for the answer came after the deadline */
  constructor(topology: PlacedTopology, onUntold: OnUntoldGone = () => {}) {
    this.#onUntold = onUntold;
    this.#topology = topology;
    this.#roll = new TenantRoll(topology);
    this.#orphans = new OrphanScan(topology);
    this.#removal = new TenantRemoval(topology, this.#orphans);
    this.#entries = new EntryBrowser(topology);
  }

  async reconcile(
    tenant: TenantId,
    { cursor = '', fence = 0, orphans }: Parameters<StoreUpkeep['reconcile']>[1],
  ): Promise<ReconcileStep> {
    if (isOfOrphans(cursor)) return this.#scan(tenant, cursor.slice(ORPHANS.length + 1), fence);
    let asked = '';
    const reply = await hearLate(
      (hear) =>
        this.#topology.script(
          this.#topology.laneOf(tenant),
          (scripts, { address }) => {
            asked = address;
            // A tenant that moved is begun again: where a scan stands on one server means nothing to another.
            const position = cursor.startsWith(`${address} `) ? cursor.slice(address.length + 1) : '';
            return hear(scripts.run('reconcile', [metaKey('state', tenant)], [fence, position]));
          },
          'ask',
        ),
      (late) => this.#onUntold(tenant, foundBy(late)),
    );
    const { current, next, ...found } = foundBy(reply);
    if (!current) throw fenced(fence);
    return { ...NOTHING, ...found, cursor: next ? `${asked} ${next}` : orphans ? ORPHANS : undefined };
  }

  forget(tenant: TenantId): Promise<ForgottenTenant> {
    return this.#removal.forget(tenant);
  }

  enrol(tenants: readonly TenantId[]): Promise<void> {
    return this.#roll.enrol(tenants);
  }

  roll(after: string | undefined, count: number): Promise<RollPage> {
    return this.#roll.page(after, count);
  }

  strike(tenant: TenantId): Promise<boolean> {
    return this.#roll.strike(tenant);
  }

  placement(tenant: TenantId): Promise<Placement> {
    return placementOf(this.#topology, tenant);
  }

  browse(tenant: TenantId, options: BrowseOptions): Promise<EntryPage> {
    return this.#entries.browse(tenant, options);
  }

  health(): Promise<StoreHealth> {
    return storeHealth(this.#topology);
  }

  nodes({ counted = true }: { readonly counted?: boolean } = {}): Promise<readonly StoreNode[]> {
    return storeNodes(this.#topology, counted ? (after, count) => this.#roll.page(after, count) : undefined);
  }

  async serverEvictions(): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    const ask = async ({ address, guard, connections }: ReturnType<PlacedTopology['nodes']>[number]) => {
      const info = await guard.ask(() => connections.reads.info('stats'));
      counts.set(address, Number(/^evicted_keys:(\d+)/m.exec(info)?.[1] ?? 0));
    };
    // A node that does not answer is looked at again the next time.
    await Promise.allSettled(this.#topology.nodes().map(ask));
    return counts;
  }

  nodeOf(tenant: TenantId): string | undefined {
    return this.#topology.nodeOf(this.#topology.laneOf(tenant))?.address;
  }

  leadership(name: string): Leadership {
    return new RedisLeadership(this.#topology, name);
  }

  async #scan(tenant: TenantId, at: string, fence: number): Promise<ReconcileStep> {
    const { next, looked, orphans, fenced: deposed } = await this.#orphans.step(tenant, at, fence);
    if (deposed) throw fenced(fence);
    return { ...NOTHING, looked, orphans, cursor: next && `${ORPHANS} ${next}` };
  }
}

type OnUntoldGone = (tenant: TenantId, gone: GoneEntries) => void;
type Reply = [number, number, number, number, number, number, number, number, string];

function foundBy(reply: unknown) {
  const [current, looked, ghosts, ghostBytes, repaired, driftBytes, compared, expiredEntries, next] = reply as Reply;
  const found = { looked, ghosts, ghostBytes, expiredEntries, repaired, driftBytes, compared: compared === 1 };
  return { ...found, current: current === 1, next };
}

function isOfOrphans(cursor: string): boolean {
  return cursor === ORPHANS || cursor.startsWith(`${ORPHANS} `);
}

function fenced(fence: number) {
  return fail('UPKEEP_FENCED', { given: `fence ${fence}`, allowed: 'the fence of the present leader' });
}
