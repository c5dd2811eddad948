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
        logger[event.state === 'open' ? 'error' : 'info'](
          { state: event.state, ...(event.node && { node: event.node }) },
          'shared store breaker',
        );
        break;
      case 'bus':
        logger[event.state === 'down' ? 'warn' : 'info']({ state: event.state }, 'invalidation bus');
        break;
      case 'flush':
        if (!event.ok)
          logger.error(
            { code: event.code, parts: event.parts, durationMs: event.durationMs },
            'usage flush failed, kept for the next',
          );
        logLateParts(logger, event.lateParts);
        break;
      case 'collect':
        if (!event.ok)
          logger.error(
            { code: event.code, parts: event.parts, durationMs: event.durationMs },
            'usage was not collected, kept in the journal',
          );
        logLateParts(logger, event.lateParts);
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
      case 'settings-changed':
        logger.info({ tenant: event.tenant }, 'settings of a tenant changed');
        break;
      case 'fleet-changed': {
        const { enforcedPercentage, enforcementOfOthers, sharedStoreBypassed } = event;
        logger[sharedStoreBypassed ? 'warn' : 'info'](
          { enforcedPercentage, enforcementOfOthers, sharedStoreBypassed },
          'what holds for all tenants changed',
        );
        break;
      }
      case 'converging': {
        const { tenant, remainingBytes } = event;
        logger.info(
          { tenant, remainingBytes },
          remainingBytes > 0 ? 'evicting down to the limit' : 'down to the limit',
        );
        break;
      }
      case 'leader':
        logger.info(
          { leading: event.leading },
          event.leading ? 'leads: looks after the shared store' : 'leads no longer',
        );
        break;
      case 'patrol':
        logger.debug({ tenants: event.tenants, durationMs: event.durationMs }, 'patrol ended');
        break;
      case 'reconciled':
        logReconcile(logger, event);
        break;
      case 'period-closed': {
        const { tenant, periodStart, periodEnd } = event;
        logger.info({ tenant, periodStart, periodEnd }, 'period closed');
        break;
      }
      case 'alert': {
        const { tenant, kind, threshold, state, value } = event;
        logger[state === 'raised' ? 'warn' : 'info']({ tenant, kind, threshold, value }, `alert ${state}`);
        break;
      }
      case 'webhook':
        if (event.outcome === 'gave-up')
          logger.warn({ status: event.status, attempts: event.attempt }, 'a webhook message was given up');
        break;
      case 'warming-began': {
        const { job, trigger, resumed } = event;
        logger.info({ job, trigger, resumed }, 'a warm-up began');
        break;
      }
      case 'warming-ended': {
        const { type: _type, ...fields } = event;
        logger[event.state === 'failed' ? 'warn' : 'info'](fields, `a warm-up ended: ${event.state}`);
        break;
      }
      case 'unreadable-entry':
        logger.warn({ tenant: event.tenant, reason: event.reason }, 'unreadable entry, treated as a miss');
        break;
      default:
        break;
    }
  };
}

function logLateParts(logger: Logger, lateParts: number): void {
  if (lateParts > 0) logger.warn({ lateParts }, 'usage came after its day was folded, and is not in its figures');
}

/** Drift is a fault of the accounting; ghosts are what a server does that is short of memory. */
function logReconcile(logger: Logger, event: Extract<CacheEvent, { type: 'reconciled' }>): void {
  const { type: _type, ...fields } = event;
  const faulty = fields.driftBytes !== 0 || fields.orphans > 0 || fields.repaired > 0;
  const level = faulty ? 'warn' : fields.ghosts > 0 || fields.trigger === 'demand' ? 'info' : 'debug';
  logger[level](fields, faulty ? 'reconciled, and what was counted put right' : 'reconciled');
}
