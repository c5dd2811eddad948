import { NOOP_LOGGER } from '../../src/core/contracts.js';
import type { Limits } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import { tenantId } from '../../src/core/tenant-id.js';
import { createRedisStore } from '../../src/l2/create-redis-store.js';

/** One of the processes whose writers all write into the same tenant at its limit. */
export interface WritersOrder {
  readonly tenant: string;
  readonly limits: Limits;
  readonly writers: number;
  readonly writes: number;
  readonly keys: number;
  readonly maxPayloadBytes: number;
}

export interface WritersReport {
  readonly stored: number;
  readonly refused: number;
  readonly evicted: number;
  readonly highestUsedBytes: number;
}

const { url, offset } = JSON.parse(process.argv[2] ?? '') as { url: string; offset: number };
const { store } = createRedisStore({ redis: { url }, deadlineMs: 10_000, logger: NOOP_LOGGER, emit: () => {} });

process.on('message', async (order: WritersOrder) => {
  const tenant = tenantId(order.tenant);
  const report = { stored: 0, refused: 0, evicted: 0, highestUsedBytes: 0 };
  const writer = async (number: number) => {
    for (let n = 0; n < order.writes; n++) {
      const id = entryId('r', `k${(number * 7 + n * 13) % order.keys}`);
      const payload = Buffer.alloc((number * 31 + n * 17) % order.maxPayloadBytes);
      const body = { payload, ttlMs: 60_000 + n * 100, graceMs: 0, priority: n % 4 };
      const outcome = await store.write(tenant, id, body, order.limits);
      report[outcome.status === 'stored' ? 'stored' : 'refused']++;
      report.evicted += outcome.evictedEntries;
      report.highestUsedBytes = Math.max(report.highestUsedBytes, outcome.usedBytes);
      if (n % 9 === 0) await store.delete(tenant, id);
      if (n % 3 === 0) store.touch(tenant, id);
    }
  };
  await Promise.all(Array.from({ length: order.writers }, (_, number) => writer(offset + number)));
  process.send?.(report satisfies WritersReport);
});

void store.ready().then(() => process.send?.('ready'));
