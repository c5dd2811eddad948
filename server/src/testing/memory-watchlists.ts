import type { TenantId } from '../core/tenant-id.js';
import type { Watchlist, WatchlistStore } from '../core/warming.js';
import { MAX_WATCHLISTS, tooManyWatchlists, watchedGroups } from '../core/watchlists.js';

/** Watchlists in the memory of this process. */
export class MemoryWatchlists implements WatchlistStore {
  readonly #lists = new Map<TenantId, Map<string, Watchlist>>();
  readonly #isSuspended: (tenant: TenantId) => Promise<boolean>;

  constructor(isSuspended: (tenant: TenantId) => Promise<boolean> = async () => false) {
    this.#isSuspended = isSuspended;
  }

  async list(tenant: TenantId): Promise<readonly Watchlist[]> {
    const lists = this.#lists.get(tenant)?.values() ?? [];
    return [...lists].sort((a, b) => inBytes(a.name, b.name));
  }

  async put(tenant: TenantId, name: string, groups: readonly string[]): Promise<Watchlist> {
    const list = { tenantId: tenant, name, groups: watchedGroups(name, groups), updatedAtMs: Date.now() };
    const own = this.#lists.get(tenant) ?? new Map<string, Watchlist>();
    if (own.size >= MAX_WATCHLISTS && !own.has(name)) throw tooManyWatchlists();
    own.set(name, list);
    this.#lists.set(tenant, own);
    return list;
  }

  async remove(tenant: TenantId, name: string): Promise<boolean> {
    return this.#lists.get(tenant)?.delete(name) ?? false;
  }

  async mostWatched(max: number, skip = 0): Promise<readonly { readonly group: string; readonly tenants: number }[]> {
    const watched = new Map<string, { tenants: number; fewest: number }>();
    for (const [tenant, lists] of this.#lists) {
      if (await this.#isSuspended(tenant)) continue;
      const groups = new Set([...lists.values()].flatMap((list) => list.groups));
      for (const group of groups) {
        const { tenants, fewest } = watched.get(group) ?? { tenants: 0, fewest: groups.size };
        watched.set(group, { tenants: tenants + 1, fewest: Math.min(fewest, groups.size) });
      }
    }
    return [...watched]
      .map(([group, counts]) => ({ group, ...counts }))
      .sort((a, b) => b.tenants - a.tenants || a.fewest - b.fewest || inBytes(a.group, b.group))
      .slice(skip, skip + max)
      .map(({ group, tenants }) => ({ group, tenants }));
  }

  /** Of a tenant that is not known any more. */
  removeTenant(tenant: TenantId): void {
    this.#lists.delete(tenant);
  }
}

/** As Postgres sorts by the collation `C`. */
function inBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
