import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from '../core/errors.js';
import type { TenantId } from '../core/tenant-id.js';
import type { ForgottenTenant, StoreUpkeep } from '../core/upkeep.js';
import type { CacheEngine } from './cache-engine.js';
import { clearTenant } from './invalidations.js';

/** By then every process that answers has heard that the tenant is suspended, and what it had under way has ended. */
const QUIET_MS = 1_000;

/**
 * Everything that is cached of a tenant that was suspended, in all processes, and what is kept beside it. Nothing that was
 * cached is read from the first step on: what follows gives its bytes back. Undefined where the store does not answer;
 * then it is as cleared as it could be, and a later call goes on.
 */
export async function forgetTenant(
  engine: CacheEngine,
  upkeep: Pick<StoreUpkeep, 'forget'>,
  tenant: TenantId,
): Promise<ForgottenTenant | undefined> {
  const runtime = engine.registry.get(tenant);
  await clearTenant(engine, runtime);
  await delay(QUIET_MS);
  try {
    const forgotten = await upkeep.forget(tenant);
    // What this process still has under way is of before.
    runtime.changedAll();
    engine.local.dropTenant(tenant);
    return forgotten;
  } catch (error) {
    if (codeOf(error) === 'STORE_UNAVAILABLE') return undefined;
    throw error;
  }
}
