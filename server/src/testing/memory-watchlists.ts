import type { TenantId } from '../core/tenant-id.js';
import type { Watchlist, WatchlistStore } from '../core/warming.js';
import { MAX_WATCHLISTS, tooManyWatchlists, watchedGroups } from '../core/watchlists.js';

/** Watchlists in the memory of this process. */
export class MemoryWatchlists implements WatchlistStore {
  readonly #lists = new Map<TenantId, Map<string, Watchlist>>();

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

  async mostWatched(max: number): Promise<readonly { readonly group: string; readonly tenants: number }[]> {
    const watchers = new Map<string, number>();
    for (const lists of this.#lists.values()) {
      const groups = new Set([...lists.values()].flatMap((list) => list.groups));
      for (const group of groups) watchers.set(group, (watchers.get(group) ?? 0) + 1);
    }
    return [...watchers]
      .map(([group, tenants]) => ({ group, tenants }))
      .sort((a, b) => b.tenants - a.tenants || inBytes(a.group, b.group))
      .slice(0, max);
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
