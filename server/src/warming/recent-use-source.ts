import { type Duration, durationMs } from '../core/duration.js';
import { assertOptionNames } from '../core/options.js';
import type { SharedAccessStore } from '../core/shared.js';
import { tenantId } from '../core/tenant-id.js';
import type { WarmSource } from '../core/warming.js';
import { hourlyReads, summedReads } from './access-reads.js';
import { assertCount, assertGroupSource, type GroupSourceOptions, readTargets } from './group-targets.js';

export interface RecentUseOptions extends GroupSourceOptions {
  /** Where it is kept who read what: `cache.sharedAccess`. */
  readonly access: SharedAccessStore;
  readonly dataset: string;
  /** What this tenant read; omitted: what all of them did. */
  readonly tenant?: string;
  /** Whole hours. Default `24h`. */
  readonly within?: Duration;
  /** Kinds of groups that were read. Default 200, at most 10,000. */
  readonly max?: number;
}

const WHERE = 'recentUse()';

/**
 * What was read lately of a dataset, the most read first. Of `kinds` those are warmed whose first part was read.
 * @throws TenantCacheError `OPTION_INVALID`, `TENANT_INVALID`
 */
export function recentUse(options: RecentUseOptions): WarmSource {
  assertOptionNames(WHERE, options, ['access', 'dataset', 'tenant', 'within', 'kinds', 'target', 'max']);
  assertGroupSource(WHERE, options);
  const { access, dataset, within = '24h', max = 200 } = options;
  assertCount(WHERE, 'max', max, 10_000);
  const withinMs = durationMs(within, 'within', 1);
  const tenant = options.tenant === undefined ? undefined : tenantId(options.tenant);
  return {
    name: 'recent-use',
    async targets({ nowMs }) {
      const rows = await hourlyReads(access, { dataset, tenant, nowMs, withinMs });
      return readTargets(summedReads(rows).slice(0, max), options);
    },
  };
}
