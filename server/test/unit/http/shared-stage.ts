import { datasetOwner, sharedEntry } from '../../../src/core/dataset.js';
import { type ErrorCode, fail } from '../../../src/core/errors.js';
import { entryId } from '../../../src/core/resource.js';
import type { SharedAccessPart } from '../../../src/core/shared.js';
import type { AdminDataset, SharedAdmin } from '../../../src/core/shared-admin.js';
import { datasetSettings } from '../../../src/core/shared-options.js';
import type { TenantId } from '../../../src/core/tenant-id.js';
import { MemorySharedAccess } from '../../../src/testing/memory-shared-access.js';
import { createMemoryStore } from '../../../src/testing/memory-shared-store.js';
import { ENTRY_TTL_MS } from './admin-app-entries.js';

const HOUR_MS = 3_600_000;
export const thisHourMs = () => Math.floor(Date.now() / HOUR_MS) * HOUR_MS;

/** The datasets `market`, with entries and reads, and `news`, without; what would be invalidated is recorded. */
export class SharedStage implements SharedAdmin {
  readonly settings = datasetSettings({ market: { rateLimit: { limit: 100 } }, news: { rateLimit: false } });
  readonly access = new MemorySharedAccess();
  readonly invalidated: (readonly [dataset: string, what: string])[] = [];
  error: ErrorCode | undefined;
  pending = false;
  requests = 10;
  readonly datasets: ReadonlyMap<string, AdminDataset>;
  readonly #memory = createMemoryStore();

  constructor() {
    this.datasets = new Map([...this.settings].map(([name]) => [name, this.#dataset(name)]));
    for (const group of ['binance:BTC/USDT', 'binance:ETH/USDT', 'kraken:BTC/EUR', 'spot']) void this.put(group);
    void this.read('acme', { reads: 7, limited: 1 });
    void this.read('blue', { reads: 5 });
  }

  async put(group: string, kind = 'price'): Promise<void> {
    const { limits } = this.settings.get('market') as AdminDataset['settings'];
    const [resource, key] = sharedEntry({ group, kind });
    const body = { payload: Buffer.from('{}'), ttlMs: ENTRY_TTL_MS, graceMs: 1_000 };
    await this.#memory.store.write(datasetOwner('market', false), entryId(resource, key), body, limits);
  }

  async read(tenant: string, more: Partial<SharedAccessPart> = {}): Promise<void> {
    const of = { dataset: 'market', group: 'binance:BTC/USDT', kind: 'price', hourMs: thisHourMs() };
    const counts = { reads: 1, limited: 0, processEpoch: 'p1' };
    await this.access.merge([{ tenantId: tenant as TenantId, ...of, ...counts, ...more }]);
  }

  #dataset(dataset: string): AdminDataset {
    const settings = this.settings.get(dataset) as AdminDataset['settings'];
    const done = (what: string) => {
      this.invalidated.push([dataset, what]);
      return Promise.resolve();
    };
    return {
      settings,
      account: datasetOwner(dataset, false),
      platform: {
        usage: async () => {
          if (this.error) throw fail(this.error);
          return { dataset, usedBytes: 700, entries: 4, quotaBytes: settings.limits.quotaBytes };
        },
        metrics: () => {
          const hits = {
            requests: this.requests,
            hits: 8,
            l1Hits: 5,
            l2Hits: 3,
            misses: 2,
            hitRate: this.requests === 0 ? undefined : 0.8,
          };
          const origin = { originCalls: 2, originCallsSaved: 8, loadErrors: 0, staleServed: 0 };
          return { ...hits, ...origin, evictions: 0, limited: 1 };
        },
        invalidateGroup: (group) => done(`group ${group}`),
        invalidateGroups: (prefix) => done(`prefix ${prefix}`),
        clear: () => done('all'),
      },
      browse: async (options) => {
        if (this.error) throw fail(this.error);
        return this.#memory.upkeep.browse(datasetOwner(dataset, false), options);
      },
      isPending: () => this.pending,
    };
  }
}
