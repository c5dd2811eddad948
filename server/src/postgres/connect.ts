import { createDatabase, type Database } from '@tenantcache/database';
import { durationMs } from '../core/duration.js';
import { fail, TenantCacheError } from '../core/errors.js';
import { assertOptionNames, invalidOption } from '../core/options.js';
import type { PostgresOptions } from './postgres-options.js';

/**
 * Calls after `close()` reject with `CACHE_CLOSED`.
 * @throws TenantCacheError `OPTION_INVALID`, never with a URL in it, which holds a password
 */
export function connect(where: string, options: PostgresOptions): Database {
  assertOptionNames(where, options, ['url', 'adminUrl', 'poolSize', 'timeout']);
  const { url, adminUrl, poolSize = 5, timeout = '5s' } = options;
  assertUrl(where, 'url', url);
  if (adminUrl !== undefined) assertUrl(where, 'adminUrl', adminUrl);
  if (!Number.isSafeInteger(poolSize) || poolSize < 1) {
    throw invalidOption(where, `poolSize: ${poolSize}`, 'a whole number >= 1');
  }
  const timeoutMs = durationMs(timeout, 'timeout', 1);
  return untilClosed(
    createDatabase({ appUrl: url, poolSize, timeoutMs, ...(adminUrl === undefined ? {} : { adminUrl }) }),
  );
}

/** A closed client would connect anew with its next query, and nobody would close that connection. */
function untilClosed(database: Database): Database {
  let closed = false;
  const whileOpen = async <T>(work: () => Promise<T>): Promise<T> => {
    if (closed) throw fail('CACHE_CLOSED');
    return work();
  };
  return {
    withTenant: (tenant, work) => whileOpen(() => database.withTenant(tenant, work)),
    asAdmin: (actor, work) => whileOpen(() => database.asAdmin(actor, work)),
    withoutTenant: (work) => whileOpen(() => database.withoutTenant(work)),
    ping: () => whileOpen(() => database.ping()),
    close() {
      closed = true;
      return database.close();
    },
  };
}

function assertUrl(where: string, name: string, value: unknown): void {
  if (typeof value !== 'string' || !/^postgres(ql)?:\/\//.test(value) || !URL.canParse(value)) {
    throw invalidOption(where, `${name} that is not a URL of Postgres`, 'postgresql://role:password@host/database');
  }
}

/** What the database throws becomes `DIRECTORY_UNAVAILABLE` with its cause; our own refusals pass. */
export async function answered<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw cause instanceof TenantCacheError ? cause : fail('DIRECTORY_UNAVAILABLE', { cause });
  }
}
