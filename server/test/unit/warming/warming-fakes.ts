import { type Logger, NOOP_LOGGER } from '../../../src/core/contracts.js';
import type { CacheEvent } from '../../../src/core/events.js';
import type { WarmingJob, WarmingRunStore, WarmOutcome, WarmSource, WarmTarget } from '../../../src/core/warming.js';
import { MemoryWarmingRuns } from '../../../src/testing/memory-warming-runs.js';
import { Warmer, type WarmerDeps } from '../../../src/warming/warmer.js';

export const LOADED: WarmOutcome = { kind: 'loaded', bytes: 100 };

/** A target that comes to what `warm` says, and is counted. */
export function target(id: string, warm: (signal: AbortSignal) => Promise<WarmOutcome> | WarmOutcome): WarmTarget {
  return { id, warm: async (signal) => warm(signal) };
}

export function targets(count: number, warm: (n: number, signal: AbortSignal) => Promise<WarmOutcome> | WarmOutcome) {
  return Array.from({ length: count }, (_, n) => target(`t${n}`, (signal) => warm(n, signal)));
}

export function source(list: WarmSource['targets'] | readonly WarmTarget[], name = 'list'): WarmSource {
  return { name, targets: typeof list === 'function' ? list : () => list };
}

/** Of one process; `runs` shared by several makes them processes of one deployment. */
export function process(deps: Partial<WarmerDeps> = {}) {
  const events: CacheEvent[] = [];
  const lines: string[] = [];
  const line = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const logger: Logger = { ...NOOP_LOGGER, warn: line, error: line };
  const runs: WarmingRunStore = deps.runs ?? new MemoryWarmingRuns();
  const warmer = new Warmer({
    leadership: undefined,
    ready: async () => {},
    emit: (event) => events.push(event),
    logger,
    ...deps,
    runs,
    times: { progressEveryMs: 5, ...deps.times },
  });
  return { warmer, runs, events, lines };
}

export const job = (sources: readonly WarmSource[], more: Partial<WarmingJob> = {}): WarmingJob => ({
  name: 'market',
  perSecond: 10_000,
  sources,
  ...more,
});
