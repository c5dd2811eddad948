import { setImmediate as tick } from 'node:timers/promises';
import { jsonCodec } from '../../src/cache/json-codec.js';
import { WriteBehind, type WriteBehindParts } from '../../src/cache/write-behind.js';
import type { CacheSteps } from '../../src/cache/write-through.js';
import type { DurableQueue } from '../../src/core/durable-queue.js';
import type { CacheEvent } from '../../src/core/events.js';
import { type EntryId, entryId } from '../../src/core/resource.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import { type WriteBehindOptions, writeBehindSettings } from '../../src/core/write-behind-options.js';

/** The cache that write-behind drives, as a map; `refuses` makes it one whose quota is full or whose store is away. */
export class FakeCache {
  readonly values = new Map<string, unknown>();
  readonly invalidated: string[] = [];
  refuses: 'nothing' | 'quota' | 'store' = 'nothing';

  get(tenant: TenantId, id: EntryId): unknown {
    return this.values.get(`${tenant} ${id}`);
  }

  steps(tenant: TenantId, id: EntryId, value: unknown): CacheSteps {
    const figures = { evicted: 0, usedBytes: 0, quotaBytes: 0, state: 'ok' } as const;
    return {
      set: async () => {
        await tick();
        if (this.refuses === 'quota') throw new Error('quota');
        if (this.refuses === 'store') return { ...figures, stored: false };
        this.values.set(`${tenant} ${id}`, value);
        return { ...figures, stored: true };
      },
      invalidate: () => this.invalidate(tenant, id),
      voidLoads: () => {},
      unstored: () => ({ ...figures, stored: false }),
    };
  }

  async invalidate(tenant: TenantId, id: EntryId): Promise<void> {
    await tick();
    this.invalidated.push(`${tenant} ${id}`);
    this.values.delete(`${tenant} ${id}`);
  }
}

/** A `WriteBehind` with its cache, as one process has them; quick times. */
export function writeBehindProcess(
  queue: DurableQueue,
  options: WriteBehindOptions,
  parts: Partial<WriteBehindParts> & { cache?: FakeCache } = {},
) {
  const events: CacheEvent[] = [];
  const cache = parts.cache ?? new FakeCache();
  const writeBehind = new WriteBehind({
    queue,
    settings: writeBehindSettings({ backoff: { first: 1, max: 1 }, ...options }),
    codec: jsonCodec,
    sealer: undefined,
    invalidate: (tenant, id) => cache.invalidate(tenant, id),
    emit: (event) => void events.push(event),
    times: { pollMs: 20, discoverMs: 50, trustMs: 300 },
    ...parts,
  });
  const write = (tenant: string, key: string, value: unknown) => {
    const [owner, id] = [tenantId(tenant), entryId('r', key)];
    return writeBehind.write(owner, id, value, cache.steps(owner, id, value));
  };
  return { writeBehind, cache, events, write };
}
