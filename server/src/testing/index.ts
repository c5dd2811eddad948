// What applications and other implementations of a seam test with.

export { alertStoreContract } from './alert-store-contract.js';
export { apiKeyStoreContract } from './api-key-store-contract.js';
export { curveStoreContract } from './curve-store-contract.js';
export { durableQueueContract } from './durable-queue-contract.js';
export { type Fault, FaultyStore } from './faulty-shared-store.js';
export { idempotencyContract } from './idempotency-contract.js';
export { invalidationBusContract } from './invalidation-bus-contract.js';
export { leadershipContract } from './leadership-contract.js';
export { MemoryAlertStore } from './memory-alert-store.js';
export { MemoryBus } from './memory-bus.js';
export { MemoryCurveStore } from './memory-curve-store.js';
export { MemoryData } from './memory-data.js';
export { MemoryDurableQueue } from './memory-durable-queue.js';
export { MemorySharedStore, type MemorySharedStoreOptions } from './memory-shared-store.js';
export { MemoryUpkeep } from './memory-upkeep.js';
export { MemoryJournalData, MemoryUsageJournal } from './memory-usage-journal.js';
export { MemoryUsageSink } from './memory-usage-sink.js';
export { sharedStoreContract } from './shared-store-contract.js';
export type { TestKit } from './test-kit.js';
export { upkeepContract } from './upkeep-contract.js';
export { usageJournalContract } from './usage-journal-contract.js';
export { type UsageSinkUnderTest, usageSinkContract } from './usage-sink-contract.js';
