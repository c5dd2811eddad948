import type { TenantId } from '../core/tenant-id.js';
import type { Placement, RollPage, StoreNode } from '../core/upkeep.js';
import { HOT_FIELD, usedBytes } from './account.js';
import { metaKey } from './redis-keys.js';
import type { RedisNode } from './redis-node.js';
import type { RedisTopology } from './redis-topology.js';
import { storeUnavailable } from './store-unavailable.js';

/** Accounts that are asked for at once. */
const PAGE_TENANTS = 500;
/** A sum over more is left out rather than waited for. */
const MAX_COUNTED_TENANTS = 200_000;

type Roll = (after: string | undefined, count: number) => Promise<RollPage>;
type Ranges = ReadonlyMap<string, readonly (readonly [number, number])[]>;

/** A Cluster tells which slots it spreads over its nodes; a single Redis has none. */
export type PlacedTopology = RedisTopology & { ranges?(): Ranges };

/** As counted at this moment: what has expired and was not given back yet is in it. @throws `STORE_UNAVAILABLE` */
export async function placementOf(topology: PlacedTopology, tenant: TenantId): Promise<Placement> {
  const lane = topology.laneOf(tenant);
  const [bytes, entries] = await Promise.all([
    countedBytes(topology, tenant),
    topology.read(lane, (client) => client.zcard(metaKey('exp', tenant))),
  ]);
  const node = topology.nodeOf(lane)?.address;
  if (node === undefined) throw storeUnavailable('no node serves the slot');
  return { slot: topology.ranges ? lane : undefined, node, usedBytes: bytes, entries };
}

/**
 * The servers that take writes, with the sum of their tenants' accounts.
 * @param roll tenants that may hold bytes, by pages; without it the sums are left out
 * @param maxTenants with more on the roll the sums are left out
 * @throws `STORE_UNAVAILABLE` where no server is known
 */
export async function storeNodes(
  topology: PlacedTopology,
  roll: Roll | undefined,
  maxTenants = MAX_COUNTED_TENANTS,
): Promise<readonly StoreNode[]> {
  const sums = roll ? await sumsByNode(topology, roll, maxTenants) : new Sums(false);
  const nodes = topology.nodes();
  if (nodes.length === 0) throw storeUnavailable('no node of the Cluster answers');
  const ranges = topology.ranges?.();
  return Promise.all(
    nodes.map(async (node) => ({
      node: node.address,
      slots: ranges?.get(node.address) ?? [],
      ...(await figuresOf(node)),
      ...sums.of(node.address),
    })),
  );
}

async function figuresOf(node: RedisNode) {
  try {
    const info = await node.guard.ask(() => node.connections.reads.info());
    const figure = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
    return {
      state: node.state,
      replicas: figure('connected_slaves'),
      memoryBytes: figure('used_memory'),
      memoryLimitBytes: figure('maxmemory'),
      serverEvictions: figure('evicted_keys'),
    };
  } catch {
    const unknown = {
      replicas: undefined,
      memoryBytes: undefined,
      memoryLimitBytes: undefined,
      serverEvictions: undefined,
    };
    return { state: 'down' as const, ...unknown };
  }
}

/** What each node's tenants come to; of a node that did not tell of one of them nothing is known. */
class Sums {
  readonly #byNode = new Map<string | undefined, { tenants: number; usedBytes: number }>();
  readonly #unknown = new Set<string | undefined>();

  /** @param complete false where the roll was not read to its end */
  constructor(public complete = true) {}

  add(node: string | undefined, bytes: number): void {
    const sum = this.#byNode.get(node) ?? { tenants: 0, usedBytes: 0 };
    sum.tenants++;
    sum.usedBytes += bytes;
    this.#byNode.set(node, sum);
  }

  fail(node: string | undefined): void {
    this.#unknown.add(node);
  }

  of(node: string): Pick<StoreNode, 'tenants' | 'usedBytes'> {
    if (!this.complete || this.#unknown.has(node)) return { tenants: undefined, usedBytes: undefined };
    return this.#byNode.get(node) ?? { tenants: 0, usedBytes: 0 };
  }
}

async function sumsByNode(topology: PlacedTopology, roll: Roll, maxTenants: number): Promise<Sums> {
  const sums = new Sums();
  const nodeOf = (tenant: TenantId) => topology.nodeOf(topology.laneOf(tenant))?.address;
  const count = async (tenant: TenantId) => {
    try {
      const bytes = await countedBytes(topology, tenant);
      sums.add(nodeOf(tenant), bytes);
    } catch {
      sums.fail(nodeOf(tenant));
    }
  };
  let after: string | undefined;
  let counted = 0;
  do {
    const page = await roll(after, PAGE_TENANTS).catch(() => undefined);
    counted += page?.tenants.length ?? 0;
    if (page === undefined || counted > maxTenants) {
      sums.complete = false;
      return sums;
    }
    await Promise.all(page.tenants.map(count));
    after = page.next;
  } while (after !== undefined);
  return sums;
}

async function countedBytes(topology: RedisTopology, tenant: TenantId): Promise<number> {
  const state = metaKey('state', tenant);
  return usedBytes(await topology.read(topology.laneOf(tenant), (client) => client.hgetBuffer(state, HOT_FIELD)));
}
