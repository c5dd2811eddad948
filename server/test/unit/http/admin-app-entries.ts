import { compressingCodec } from '../../../src/cache/compressing-codec.js';
import { EntryInspector } from '../../../src/cache/entry-inspector.js';
import { createJsonCodec } from '../../../src/cache/json-codec.js';
import { CategoryTtlPolicy } from '../../../src/cache/ttl-policy.js';
import type { EntryBody } from '../../../src/core/contracts.js';
import type { EntryAccess, InvalidationTarget } from '../../../src/core/entries.js';
import { type ErrorCode, fail } from '../../../src/core/errors.js';
import { limitsOf } from '../../../src/core/quota.js';
import { entryId } from '../../../src/core/resource.js';
import type { TenantId } from '../../../src/core/tenant-id.js';
import { resolveTtlOptions } from '../../../src/core/ttl-options.js';
import { createMemoryStore } from '../../../src/testing/memory-shared-store.js';

const MIB = 1_048_576;
const codec = compressingCodec(createJsonCodec(64 * MIB), {
  compression: { thresholdBytes: 8_192, algorithm: undefined },
  maxDecodedBytes: 64 * MIB,
});

/** Longer than any suite takes on any machine. */
export const ENTRY_TTL_MS = 3_600_000;

/** Entries of the tests' tenants in a store in memory; what is invalidated is recorded, and done. */
export class FakeEntries implements EntryAccess {
  readonly invalidated: { readonly tenant: TenantId; readonly target: InvalidationTarget }[] = [];
  readonly read: string[] = [];
  error: ErrorCode | undefined;
  readonly #memory = createMemoryStore();
  readonly #inspector = new EntryInspector({ store: this.#memory.store, codec, sealer: undefined });

  async put(tenant: string, resource: string, key: string, value: unknown, options: Partial<EntryBody> = {}) {
    const body = { payload: await codec.encode(value), ttlMs: ENTRY_TTL_MS, graceMs: 0, ...options };
    await this.#memory.store.write(tenant as TenantId, entryId(resource, key), body, limitsOf({ quotaBytes: 1e9 }));
  }

  async browse(...args: Parameters<EntryAccess['browse']>) {
    this.#fail();
    return this.#memory.upkeep.browse(...args);
  }

  async describe(...args: Parameters<EntryAccess['describe']>) {
    this.#fail();
    return this.#inspector.describe(...args);
  }

  async value(...args: Parameters<EntryAccess['value']>) {
    this.#fail();
    this.read.push(args[2]);
    return this.#inspector.value(...args);
  }

  async invalidate(tenant: TenantId, target: InvalidationTarget) {
    this.#fail();
    this.invalidated.push({ tenant, target });
    if (target.kind !== 'keys') return { deleted: undefined, pending: false };
    const ids = target.keys.map((key) => entryId(target.resource, key));
    const removed = await Promise.all(ids.map((id) => this.#memory.store.delete(tenant, id)));
    return { deleted: removed.filter(Boolean).length, pending: false };
  }

  #fail(): void {
    if (this.error) throw fail(this.error);
  }
}

export function testCategories() {
  return new CategoryTtlPolicy(
    resolveTtlOptions({
      resources: { portfolio: 'portfolio', quotes: 'price' },
      tenants: { acme: { price: '10s' } },
    }),
    300_000,
  );
}
