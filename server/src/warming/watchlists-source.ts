import { assertOptionNames } from '../core/options.js';
import { type TenantId, tenantId } from '../core/tenant-id.js';
import type { WarmSource, WatchlistStore } from '../core/warming.js';
import { assertCount, assertGroupSource, type GroupSourceOptions, groupTargets } from './group-targets.js';

export interface WatchlistsSourceOptions extends GroupSourceOptions {
  readonly store: Pick<WatchlistStore, 'list' | 'mostWatched'>;
  /** One tenant's lists alone, as when somebody of it signs in; omitted: what most tenants watch. */
  readonly tenant?: string;
  /** Groups. Default 500, at most 10,000. */
  readonly max?: number;
  /** Which groups there are: a list may name what no exchange has, and no tenant shall have that asked for. Default all. */
  readonly accepts?: (group: string) => boolean;
}

const WHERE = 'watchlists()';
/** Groups that are asked for at once where not all of the first are accepted. */
const PAGE = 20_000;
/** Groups of all tenants, accepted or not. */
const MAX_LOOKED = 500_000;

/**
 * What tenants watch: what most of them do first, or one tenant's lists in its order. What is not accepted counts for nothing.
 * @throws TenantCacheError `OPTION_INVALID`, `TENANT_INVALID`
 */
export function watchlists(options: WatchlistsSourceOptions): WarmSource {
  assertOptionNames(WHERE, options, ['store', 'kinds', 'target', 'tenant', 'max', 'accepts']);
  assertGroupSource(WHERE, options);
  const { store, max = 500, accepts = () => true } = options;
  assertCount(WHERE, 'max', max, 10_000);
  const tenant = options.tenant === undefined ? undefined : tenantId(options.tenant);
  return {
    name: 'watchlists',
    async targets({ signal }) {
      const found = new Set<string>();
      for await (const group of tenant === undefined ? watchedByMost(store, max, signal) : watchedBy(store, tenant)) {
        if (accepts(group) && found.add(group).size >= max) break;
      }
      return groupTargets(found, options);
    },
  };
}

async function* watchedBy(store: Pick<WatchlistStore, 'list'>, tenant: TenantId): AsyncGenerator<string> {
  for (const { groups } of await store.list(tenant)) yield* groups;
}

async function* watchedByMost(
  store: Pick<WatchlistStore, 'mostWatched'>,
  first: number,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let count = first;
  for (let looked = 0; looked < MAX_LOOKED; looked += count) {
    if (looked > 0) count = PAGE;
    signal.throwIfAborted();
    const page = await store.mostWatched(count, looked);
    for (const { group } of page) yield group;
    if (page.length < count) return;
  }
}
