import { type Duration, durationMs } from '../core/duration.js';
import { tagList } from '../core/tags.js';
import type { TenantId } from '../core/tenant-id.js';
import type { EntryPlan } from './entry-options.js';
import type { Flight } from './loads.js';

/** What a factory is told about the load it performs. */
export interface LoadContext {
  readonly tenantId: TenantId;
  /** Aborts on the hard timeout, and when every caller has gone. */
  readonly signal: AbortSignal;
  /** Keeps this value for another time than the options say. @throws TenantCacheError `OPTION_INVALID` */
  setTtl(ttl: Duration): void;
  /** Keeps this value so long after its `ttl` for readers that take it stale. @throws TenantCacheError `OPTION_INVALID` */
  setGrace(grace: Duration): void;
  /** Replaces all tags, those of the call and of the resource. @throws TenantCacheError `TAG_INVALID` */
  setTags(tags: readonly string[]): void;
}

export type Factory<T> = (context: LoadContext) => T | Promise<T>;

/** Its functions can be taken out of it: `({ signal, setTtl }) => …`. */
export function loadContext(tenantId: TenantId, plan: EntryPlan, flight: Flight): LoadContext {
  return {
    tenantId,
    get signal() {
      return flight.signal;
    },
    setTtl(ttl) {
      plan.ttlMs = durationMs(ttl, 'ttl', 1);
      plan.explicitTtl = true;
    },
    setGrace(grace) {
      const graceMs = durationMs(grace, 'grace');
      plan.settings = { ...plan.settings, graceMs, staleWhileRevalidateMs: graceMs };
    },
    setTags(tags) {
      plan.tags = tagList(tags);
    },
  };
}
