// What applications and other implementations of a seam test with.

export { durableQueueContract } from './durable-queue-contract.js';
export { type Fault, FaultyStore } from './faulty-shared-store.js';
export { invalidationBusContract } from './invalidation-bus-contract.js';
export { MemoryBus } from './memory-bus.js';
export { MemoryDurableQueue } from './memory-durable-queue.js';
export { MemoryData, MemorySharedStore, type MemorySharedStoreOptions } from './memory-shared-store.js';
export { MemoryUsageSink } from './memory-usage-sink.js';
export { sharedStoreContract } from './shared-store-contract.js';
export type { TestKit } from './test-kit.js';
