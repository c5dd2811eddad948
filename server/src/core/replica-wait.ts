import { type Duration, durationMs } from './duration.js';
import { fail } from './errors.js';

/** What an explicit write waits for after the store has it (Redis: WAIT). */
export interface ReplicaWait {
  readonly replicas: number;
  readonly timeoutMs: number;
}

const DEFAULT_TIMEOUT_MS = 50;
const MAX_REPLICAS = 16;
const MAX_TIMEOUT_MS = 60_000;

/** @throws TenantCacheError `OPTION_INVALID` */
export function replicaWait(replicas: number | undefined, timeout: Duration | undefined): ReplicaWait | undefined {
  const timeoutMs = timeout === undefined ? DEFAULT_TIMEOUT_MS : durationMs(timeout, 'waitTimeout', 1);
  if (timeoutMs > MAX_TIMEOUT_MS)
    throw fail('OPTION_INVALID', { given: `waitTimeout: ${timeout}`, allowed: '1 ms to 1 m' });
  if (replicas === undefined) {
    if (timeout === undefined) return undefined;
    throw fail('OPTION_INVALID', { given: 'waitTimeout without waitForReplicas', allowed: 'both, or waitForReplicas' });
  }
  if (!Number.isSafeInteger(replicas) || replicas < 1 || replicas > MAX_REPLICAS) {
    throw fail('OPTION_INVALID', { given: `waitForReplicas: ${replicas}`, allowed: `1 to ${MAX_REPLICAS}` });
  }
  return Object.freeze({ replicas, timeoutMs });
}
