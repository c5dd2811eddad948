import { randomUUID } from 'node:crypto';
import type { StoredEntry } from '../core/contracts.js';
import type { BrowseOptions, EntryPage, ListedEntry } from '../core/entries.js';
import { fail } from '../core/errors.js';
import { type EntryId, namesOf } from '../core/resource.js';
import type { StoreHealth } from '../core/store-health.js';
import type { TenantId } from '../core/tenant-id.js';
import type {
  ForgottenTenant,
  Leadership,
  Placement,
  ReconcileStep,
  RollPage,
  StoreNode,
  StoreUpkeep,
} from '../core/upkeep.js';

const NODE = 'memory:0';
const KEPT_MS = 3_600_000;
const LEASE_MS = 10_000;

interface Lease {
  holder: string;
  fence: number;
  untilMs: number;
}

/** What upkeep keeps beside the entries; shared by the stores that stand for processes on one Redis. */
export class MemoryRoll {
  readonly enrolledAtMs = new Map<TenantId, number>();
  readonly fences = new Map<TenantId, number>();
  readonly leases = new Map<string, Lease>();
}

interface Held {
  readonly usedBytes: number;
  readonly size: number;
  visibleEntries(nowMs: number): Iterable<HeldEntry>;
}

interface HeldEntry extends Pick<StoredEntry, 'createdAtMs' | 'ttlMs' | 'graceMs'> {
  readonly id: EntryId;
  readonly sizeBytes: number;
}

export interface UpkeptData {
  readonly roll: MemoryRoll;
  readonly tenants: ReadonlyMap<TenantId, Held>;
  forget(tenant: TenantId): ForgottenTenant;
}

/** Upkeep of a store in memory, which loses nothing by itself: a reconcile finds nothing there. */
export class MemoryUpkeep implements StoreUpkeep {
  readonly #roll: MemoryRoll;
  readonly #tenants: ReadonlyMap<TenantId, Held>;
  readonly #forget: (tenant: TenantId) => ForgottenTenant;
  readonly #now: () => number;

  constructor(data: UpkeptData, now: () => number = Date.now) {
    this.#roll = data.roll;
    this.#tenants = data.tenants;
    this.#forget = (tenant) => data.forget(tenant);
    this.#now = now;
  }

  async reconcile(tenant: TenantId, { fence = 0 }: Parameters<StoreUpkeep['reconcile']>[1]): Promise<ReconcileStep> {
    const seen = this.#roll.fences.get(tenant) ?? 0;
    if (fence > 0 && fence < seen) throw fail('UPKEEP_FENCED', { given: `fence ${fence}` });
    const held = this.#tenants.get(tenant);
    if (held && fence > seen) this.#roll.fences.set(tenant, fence);
    const found = {
      ghosts: 0,
      ghostBytes: 0,
      expiredEntries: 0,
      orphans: 0,
      repaired: 0,
      driftBytes: 0,
      compared: true,
    };
    return { ...found, cursor: undefined, looked: held?.size ?? 0 };
  }

  async forget(tenant: TenantId): Promise<ForgottenTenant> {
    this.#roll.fences.delete(tenant);
    return this.#forget(tenant);
  }

  async enrol(tenants: readonly TenantId[]): Promise<void> {
    for (const tenant of tenants) this.#roll.enrolledAtMs.set(tenant, this.#now());
  }

  async roll(after: string | undefined, count: number): Promise<RollPage> {
    const all = [...this.#roll.enrolledAtMs.keys()].sort();
    const rest = after === undefined ? all : all.filter((tenant) => tenant > after);
    const tenants = rest.slice(0, count);
    return { tenants, next: rest.length > count ? tenants.at(-1) : undefined };
  }

  async strike(tenant: TenantId): Promise<boolean> {
    const enrolledAtMs = this.#roll.enrolledAtMs.get(tenant);
    if (enrolledAtMs === undefined || enrolledAtMs > this.#now() - KEPT_MS) return false;
    if ((this.#tenants.get(tenant)?.size ?? 0) > 0) return false;
    return this.#roll.enrolledAtMs.delete(tenant);
  }

  async placement(tenant: TenantId): Promise<Placement> {
    const { usedBytes = 0, size: entries = 0 } = this.#tenants.get(tenant) ?? {};
    return { slot: undefined, node: NODE, usedBytes, entries };
  }

  /** In the order of the ids, so that the last one is the cursor: each page is a look at all entries. */
  async browse(tenant: TenantId, { resource, prefix = '', cursor, count }: BrowseOptions): Promise<EntryPage> {
    if (cursor !== undefined && !cursor.includes(':'))
      throw fail('REQUEST_INVALID', { given: 'a cursor of another kind' });
    const nowMs = this.#now();
    const opening = resource === undefined ? '' : `${resource}:${prefix}`;
    let first: HeldEntry[] = [];
    let looked = 0;
    let found = 0;
    const byId = (a: HeldEntry, b: HeldEntry) => (a.id < b.id ? -1 : 1);
    for (const entry of this.#tenants.get(tenant)?.visibleEntries(nowMs) ?? []) {
      looked++;
      if (!entry.id.startsWith(opening) || (cursor !== undefined && entry.id <= cursor)) continue;
      if (entry.createdAtMs + entry.ttlMs + entry.graceMs <= nowMs) continue;
      found++;
      first.push(entry);
      if (first.length === 2 * count) first = first.sort(byId).slice(0, count);
    }
    const items = first.sort(byId).slice(0, count);
    const next = found > items.length ? items.at(-1)?.id : undefined;
    return { items: items.map(listed), unnamed: 0, looked, next, asOfMs: nowMs };
  }

  async health(): Promise<StoreHealth> {
    return { kind: 'memory', state: 'up', bypassed: false, nodes: [], cluster: undefined };
  }

  async nodes(): Promise<readonly StoreNode[]> {
    let usedBytes = 0;
    for (const held of this.#tenants.values()) usedBytes += held.usedBytes;
    const { heapUsed: memoryBytes } = process.memoryUsage();
    const tenants = this.#roll.enrolledAtMs.size;
    const figures = { replicas: 0, memoryBytes, memoryLimitBytes: 0, serverEvictions: 0, tenants, usedBytes };
    return [{ node: NODE, state: 'up', slots: [], ...figures }];
  }

  async serverEvictions(): Promise<ReadonlyMap<string, number>> {
    return new Map([[NODE, 0]]);
  }

  nodeOf(): string {
    return NODE;
  }

  leadership(name: string): Leadership {
    const holder = randomUUID();
    const { leases } = this.#roll;
    return {
      lead: async () => {
        const nowMs = this.#now();
        const lease = leases.get(name);
        const stands = lease !== undefined && lease.untilMs > nowMs;
        if (stands && lease.holder !== holder) return undefined;
        const fence = stands ? lease.fence : Math.max((lease?.fence ?? 0) + 1, nowMs);
        leases.set(name, { holder, fence, untilMs: nowMs + LEASE_MS });
        return fence;
      },
      resign: async () => {
        const lease = leases.get(name);
        if (lease?.holder === holder) lease.untilMs = 0;
      },
    };
  }
}

function listed({ id, sizeBytes, createdAtMs, ttlMs, graceMs }: HeldEntry): ListedEntry {
  const [resource, key] = namesOf(id);
  const freshUntilMs = createdAtMs + ttlMs;
  return { resource, key, sizeBytes, createdAtMs, freshUntilMs, expiresAtMs: freshUntilMs + graceMs };
}
