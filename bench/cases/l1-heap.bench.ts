import { getHeapStatistics } from 'node:v8';
import { LRUCache } from 'lru-cache';
import { entryId } from '../../server/src/core/resource.js';
import { type TenantId, tenantId } from '../../server/src/core/tenant-id.js';
import { entryHeapBytes } from '../../server/src/l1/heap-size.js';
import { LruLocalStore } from '../../server/src/l1/lru-local-store.js';
import { quick } from '../facts.js';
import { publish } from '../publish.js';

const ENTRIES = quick() ? 5_000 : 50_000;
const TENANTS = quick() ? 1_000 : 10_000;
const MOST_PER_EMPTY_TENANT = 1_600;
/** What the rule for sizes may be wrong by. */
const TOLERANCE = 0.25;
const HOUR_MS = 3_600_000;

const collect = globalThis.gc;
if (collect === undefined) throw new Error('run with --expose-gc, as npm run bench does');

function usedBytes(): number {
  for (let round = 0; round < 4; round++) collect?.();
  return getHeapStatistics().used_heap_size;
}

/** Keeps what was built, so that it is all there when the heap is looked at. */
const kept: unknown[] = [];

function heapOf(count: number, build: () => unknown): number {
  // Once for the code, once for the figure.
  kept.push(build());
  const beforeBytes = usedBytes();
  kept.push(build());
  return (usedBytes() - beforeBytes) / count;
}

const name = (index: number) => `portfolio-${String(index).padStart(7, '0')}`;
const entry = () => ({ value: null, bytes: 4, freshUntilMs: Date.now() + 30_000 });
const tenants = Array.from({ length: TENANTS }, (_, index) => tenantId(`tenant-${index}`));
const one = tenantId('one');
const open = (policy: 'lru' | 'hybrid') =>
  new LruLocalStore({ maxBytesPerTenant: 2 ** 30, maxBytesTotal: 2 ** 30, policy });

function filled(policy: 'lru' | 'hybrid'): LruLocalStore {
  const store = open(policy);
  for (let index = 0; index < ENTRIES; index++) store.set(one, entryId('r', name(index)), entry(), HOUR_MS);
  return store;
}

const raw = heapOf(ENTRIES, () => {
  const cache = new LRUCache<string, object>({ maxSize: 2 ** 30 });
  for (let index = 0; index < ENTRIES; index++) cache.set(`r:${name(index)}`, entry(), { size: 1 });
  return cache;
});
const ruled = entryHeapBytes(entryId('r', name(0)), entry());
const perTenant = (fill: (store: LruLocalStore, tenant: TenantId) => void) =>
  heapOf(TENANTS, () => {
    const store = open('lru');
    for (const tenant of tenants) fill(store, tenant);
    return store;
  });

publish({
  title: 'Heap of L1',
  note: `Heap after collection. ${ENTRIES} entries of one tenant with a name of 19 characters and null as value; ${TENANTS} tenants. The rule counts ${ruled} bytes for such an entry.`,
  columns: ['bytes'],
  rows: [
    { name: 'entry in a raw lru-cache', cells: [Math.round(raw)] },
    ...(['lru', 'hybrid'] as const).map((policy) => {
      const bytes = heapOf(ENTRIES, () => filled(policy));
      return {
        name: `entry in L1, ${policy}`,
        cells: [Math.round(bytes)],
        target: `rule within ${TOLERANCE * 100} %`,
        reached: Math.abs(ruled / bytes - 1) <= TOLERANCE,
      };
    }),
    {
      name: 'empty lru-cache, maxSize only',
      cells: [Math.round(heapOf(TENANTS, () => tenants.map(() => new LRUCache({ maxSize: 2 ** 20 }))))],
    },
    tenantRow('empty tenant, never filled', (store, tenant) => void store.partition(tenant)),
    tenantRow('empty tenant, filled and cleared', (store, tenant) => {
      store.set(tenant, entryId('r', 'k'), entry(), HOUR_MS);
      store.clear(tenant);
    }),
    {
      name: 'tenant with one entry',
      cells: [Math.round(perTenant((store, tenant) => store.set(tenant, entryId('r', 'k'), entry(), HOUR_MS)))],
    },
  ],
});

function tenantRow(title: string, fill: (store: LruLocalStore, tenant: TenantId) => void) {
  const bytes = perTenant(fill);
  return {
    name: title,
    cells: [Math.round(bytes)],
    target: `<= ${MOST_PER_EMPTY_TENANT}`,
    reached: bytes <= MOST_PER_EMPTY_TENANT,
  };
}
if (kept.length === 0) throw new Error('nothing was measured');
