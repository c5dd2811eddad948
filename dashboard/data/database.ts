import 'server-only';
import type { Database } from '@tenantcache/database';
import { createDatabase } from './database-package';
import { environment } from './environment';

const shared = globalThis as typeof globalThis & { tenantcacheDatabase?: Database };

/** One pool per process, also across reloads in development. */
export function database(): Database {
  shared.tenantcacheDatabase ??= createDatabase({
    appUrl: environment().DATABASE_URL,
    adminUrl: environment().DATABASE_ADMIN_URL,
    poolSize: 10,
  });
  return shared.tenantcacheDatabase;
}
