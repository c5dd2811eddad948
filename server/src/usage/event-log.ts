import type { Logger } from '../core/contracts.js';
import type { CacheEvent } from '../core/events.js';

/** Calls without an answer come in thousands: one line tells how many there were since the last. */
const STORE_ERRORS_EVERY_MS = 10_000;

/** One log line per event that an operator would want to read; counts of frequent ones are metrics. */
export function eventLog(logger: Logger, now: () => number = Date.now): (event: CacheEvent) => void {
  let storeErrors = 0;
  let toldAtMs = Number.NEGATIVE_INFINITY;
  return (event) => {
    switch (event.type) {
      case 'quota-state': {
        const { tenant, from, to, usedBytes, quotaBytes } = event;
        const rises = to !== 'ok' && (from === 'ok' || to === 'critical' || (from === 'warning' && to === 'exceeded'));
        logger[rises ? 'warn' : 'info']({ tenant, from, to, usedBytes, quotaBytes }, 'quota state changed');
        break;
      }
      case 'store-error':
        storeErrors++;
        if (now() - toldAtMs >= STORE_ERRORS_EVERY_MS) {
          logger.warn({ operation: event.operation, calls: storeErrors }, 'shared store gave no answer');
          storeErrors = 0;
          toldAtMs = now();
        }
        break;
      case 'breaker':
        logger[event.state === 'open' ? 'error' : 'info']({ state: event.state }, 'shared store breaker');
        break;
      case 'bus':
        logger[event.state === 'down' ? 'warn' : 'info']({ state: event.state }, 'invalidation bus');
        break;
      case 'flush':
        if (!event.ok)
          logger.error({ parts: event.parts, durationMs: event.durationMs }, 'usage flush failed, kept for the next');
        break;
      case 'memory-pressure': {
        const { state, memoryUsedRatio, budgetBytes } = event;
        logger[state === 'shrunk' ? 'warn' : 'info'](
          { state, memoryUsedRatio, budgetBytes },
          'L1 follows memory pressure',
        );
        break;
      }
      case 'write-behind-failure':
        logger[event.dead ? 'warn' : 'debug'](
          { tenant: event.tenant, reason: event.reason, dead: event.dead },
          event.dead ? 'a write-behind item was given up, see its dead letters' : 'a write-behind attempt failed',
        );
        break;
      case 'unreadable-entry':
        logger.warn({ tenant: event.tenant, reason: event.reason }, 'unreadable entry, treated as a miss');
        break;
      default:
        break;
    }
  };
}
