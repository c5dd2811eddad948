import type { Codec, Sealer, SharedStore, StoredEntry } from '../core/contracts.js';
import { fail } from '../core/errors.js';
import type { EntryId } from '../core/resource.js';
import { type ConsistencyReport, checkConsistency } from './consistency-check.js';
import type { ConsistencyCheckOptions } from './consistency-options.js';
import { readPayload } from './sealed-payload.js';
import type { TenantCache } from './tenant-cache.js';

export interface ConsistencyDependencies {
  readonly store: SharedStore;
  readonly codec: Codec;
  readonly sealer: Sealer | undefined;
}

/** The check on a tenant's handle, which repairs by the handle's own methods. */
export function checkTenant<T>(
  { store, codec, sealer }: ConsistencyDependencies,
  cache: TenantCache,
  options: ConsistencyCheckOptions<T>,
): Promise<ConsistencyReport> {
  const { resource } = options;
  const tenant = cache.tenantId;
  const parts = {
    tenant,
    store,
    async decode(id: EntryId, stored: StoredEntry) {
      const decoded = await readPayload(codec, sealer, { tenant, id, clean: true }, stored);
      if ('reason' in decoded) throw fail('INTERNAL', { given: decoded.reason });
      return decoded.value;
    },
    roundTrip: async (value: unknown) => codec.decode(await codec.encode(value)),
    remove: (key: string) => cache.delete(resource, key),
    reload: (key: string, load: () => unknown, { ttlMs, graceMs, tags }: StoredEntry) =>
      cache.getOrSet(resource, key, load as () => T, { ttl: ttlMs, grace: graceMs, ...(tags && { tags }) }),
  };
  return checkConsistency(parts, options);
}
