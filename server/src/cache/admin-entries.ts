import type {
  BrowseOptions,
  EntryAccess,
  EntryDescription,
  EntryPage,
  EntryValue,
  InvalidationReport,
  InvalidationTarget,
} from '../core/entries.js';
import { assertResourceName, entryId } from '../core/resource.js';
import { prefixScope, type Scope } from '../core/scope.js';
import { MAX_TAGS_PER_INVALIDATION, tagList } from '../core/tags.js';
import type { TenantId } from '../core/tenant-id.js';
import type { StoreUpkeep } from '../core/upkeep.js';
import type { CacheEngine } from './cache-engine.js';
import { EntryInspector, type InspectorParts } from './entry-inspector.js';
import { deleteEntries, invalidateScopes } from './invalidations.js';
import { patiently } from './settled-usage.js';

/**
 * Entries as admins reach them: by the steps of a handle, so that every process hears of what is gone, and also of a
 * tenant that is suspended, whose handles refuse.
 */
export class AdminEntries implements EntryAccess {
  readonly #engine: CacheEngine;
  readonly #upkeep: Pick<StoreUpkeep, 'browse'>;
  readonly #inspector: EntryInspector;

  constructor(engine: CacheEngine, upkeep: Pick<StoreUpkeep, 'browse'>, store: InspectorParts['store']) {
    this.#engine = engine;
    this.#upkeep = upkeep;
    this.#inspector = new EntryInspector({ store, ...engine.payloads });
  }

  async browse(tenant: TenantId, options: BrowseOptions): Promise<EntryPage> {
    if (options.resource !== undefined) resourceScope(options.resource, options.prefix);
    return patiently(() => this.#upkeep.browse(tenant, options));
  }

  describe(tenant: TenantId, resource: string, key: string): Promise<EntryDescription | undefined> {
    return this.#inspector.describe(tenant, resource, key);
  }

  value(tenant: TenantId, resource: string, key: string, maxBytes: number): Promise<EntryValue | undefined> {
    return this.#inspector.value(tenant, resource, key, maxBytes);
  }

  async invalidate(tenant: TenantId, target: InvalidationTarget): Promise<InvalidationReport> {
    const engine = this.#engine;
    engine.assertOpen();
    const runtime = engine.registry.get(tenant);
    let deleted: number | undefined;
    if (target.kind === 'keys') {
      assertResourceName(target.resource);
      const ids = [...new Set(target.keys)].map((key) => entryId(target.resource, key));
      deleted = (await deleteEntries(engine, runtime, ids)).filter(Boolean).length;
    } else {
      await invalidateScopes(engine, runtime, scopesOf(target), target.kind);
    }
    const pending = engine.shared.isPending(tenant);
    return { deleted: pending ? undefined : deleted, pending };
  }
}

function scopesOf(target: Exclude<InvalidationTarget, { kind: 'keys' }>): readonly Scope[] {
  if (target.kind === 'tags') return tagList(target.tags, MAX_TAGS_PER_INVALIDATION).map((tag) => ({ tag }));
  return [resourceScope(target.resource, target.kind === 'prefix' ? target.prefix : '')];
}

function resourceScope(resource: string, prefix = ''): Scope {
  assertResourceName(resource);
  return prefixScope(resource, prefix);
}
