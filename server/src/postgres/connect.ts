import { createDatabase, type Database } from '@tenantcache/database';
import { durationMs } from '../core/duration.js';
import { fail, TenantCacheError } from '../core/errors.js';
import { assertOptionNames, invalidOption } from '../core/options.js';
import type { PostgresOptions } from './postgres-options.js';

/** @throws TenantCacheError `OPTION_INVALID`, never with a URL in it, which holds a password */
export function connect(where: string, options: PostgresOptions): Database {
  assertOptionNames(where, options, ['url', 'adminUrl', 'poolSize', 'timeout']);
  const { url, adminUrl, poolSize = 5, timeout = '5s' } = options;
  assertUrl(where, 'url', url);
  if (adminUrl !== undefined) assertUrl(where, 'adminUrl', adminUrl);
  if (!Number.isSafeInteger(poolSize) || poolSize < 1) {
    throw invalidOption(where, `poolSize: ${poolSize}`, 'a whole number >= 1');
  }
  const timeoutMs = durationMs(timeout, 'timeout', 1);
  return createDatabase({ appUrl: url, poolSize, timeoutMs, ...(adminUrl === undefined ? {} : { adminUrl }) });
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
