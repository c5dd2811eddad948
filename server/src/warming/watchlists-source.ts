import { assertOptionNames } from '../core/options.js';
import { tenantId } from '../core/tenant-id.js';
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

/**
 * What tenants watch: what most of them do first, or one tenant's lists in its order.
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
    async targets() {
      const watched =
        tenant === undefined
          ? (await store.mostWatched(max)).map(({ group }) => group)
          : (await store.list(tenant)).flatMap(({ groups }) => groups);
      const accepted = [...new Set(watched)].filter((group) => accepts(group));
      return groupTargets(accepted.slice(0, max), options);
    },
  };
}
