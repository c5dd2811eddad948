import type { ResolvedCacheOptions } from './core/cache-options.js';
import type { TenantDirectory } from './core/directory.js';
import type { EventHub } from './core/events.js';
import type { Engine } from './open-engine.js';
import { MemoryWarmingRuns } from './testing/memory-warming-runs.js';
import { Warmer } from './warming/warmer.js';

/**
 * What is loaded before somebody asks. Runs are kept where all processes see them; else in this one's memory, and then the
 * shared store says which process may begin one.
 */
export function openWarming(
  { logger }: ResolvedCacheOptions,
  directory: TenantDirectory,
  { store, upkeep }: Engine,
  { emit }: EventHub,
): Warmer {
  const { warmingRuns } = directory;
  return new Warmer({
    runs: warmingRuns ?? new MemoryWarmingRuns(),
    leadership: warmingRuns ? undefined : (name) => upkeep.leadership(name),
    ready: () => store.ready(),
    emit,
    logger,
  });
}
