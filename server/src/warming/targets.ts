import { durationMs } from '../core/duration.js';
import { invalidOption } from '../core/options.js';
import type { Resource } from '../core/resource.js';
import {
  WARM,
  type WarmableDataset,
  type WarmableEntries,
  type WarmEntryOptions,
  type WarmTarget,
} from '../core/warming.js';

/**
 * An entry of a tenant, loaded by its resource where it is not fresh. It never pushes its tenant over the warning threshold,
 * and evicts nothing: what would is `no-room`.
 * @throws TenantCacheError `OPTION_INVALID` for a resource without `load`
 */
export function entryTarget(
  handle: WarmableEntries,
  resource: Resource<unknown>,
  key: string,
  options: WarmEntryOptions = {},
): WarmTarget {
  if (resource.loader === undefined) {
    throw invalidOption('entryTarget()', `resource ${resource.name} without load`, 'defineResource(name, { load })');
  }
  durationMs(options.freshFor ?? 0, 'freshFor');
  return {
    id: `${handle.tenantId} ${resource.name}:${key}`,
    warm: (signal) => handle[WARM](resource, key, options, signal),
  };
}

/** A value of a shared dataset, loaded by the platform's loader of its kind where it is not fresh. */
export function sharedTarget(
  dataset: WarmableDataset,
  group: string,
  kind: string,
  options: Pick<WarmEntryOptions, 'freshFor'> = {},
): WarmTarget {
  durationMs(options.freshFor ?? 0, 'freshFor');
  return {
    // No tenant's id has a colon.
    id: `shared:${dataset.dataset} {${group}}:${kind}`,
    warm: (signal) => dataset[WARM](group, kind, options, signal),
  };
}
