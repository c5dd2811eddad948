import { NOOP_LOGGER } from '../../src/core/contracts.js';
import type { CacheEvent } from '../../src/core/events.js';
import { createRedisStore } from '../../src/l2/create-redis-store.js';
import { postgresUsage } from '../../src/postgres/index.js';
import { UsageCollector } from '../../src/usage/usage-collector.js';
import type { TruthSettings } from './usage-truth-record.js';

/** So short that every look collects, and that buckets are forgotten while their last parts are still being put. */
const INTERVAL_MS = 20;

/** A collector that always leads, so that several are at work at once. */
export function openTruthCollector({ redisUrl, databaseUrl, adminUrl }: TruthSettings) {
  const events: CacheEvent[] = [];
  const emit = (event: CacheEvent) => {
    if (event.type === 'collect') events.splice(0, events.length, event);
  };
  const { store, bus, usageJournal } = createRedisStore({
    redis: { url: redisUrl },
    deadlineMs: 5_000,
    logger: NOOP_LOGGER,
    emit,
  });
  const sink = postgresUsage({ url: databaseUrl, adminUrl });
  const collector = new UsageCollector({
    journal: usageJournal,
    sink,
    intervalMs: INTERVAL_MS,
    paused: () => false,
    emit,
  });
  collector.observe({ type: 'leader', leading: true });
  return {
    look: () => collector.look(),
    /** Collects until a whole round went well. */
    async collectAll(): Promise<void> {
      await store.ready();
      events.length = 0;
      for (;;) {
        await collector.look();
        const [last] = events.splice(0);
        if (last?.type === 'collect' && last.ok) return;
        await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
      }
    },
    async close(): Promise<void> {
      await collector.close();
      await bus.close();
      await store.close();
      await sink.close();
    },
  };
}
