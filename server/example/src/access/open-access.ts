import type { Database } from '@tenantcache/database';
import type { TenantCacheServer } from 'tenantcache';
import { AccessChanges } from './access-changes.js';
import { AccessView, type AccessViewOptions } from './access-view.js';
import { Assignments } from './assignments.js';
import { loadPermissions } from './load-permissions.js';
import { Members } from './members.js';
import { Roles } from './roles.js';
import { Teams } from './teams.js';
import { UntoldChanges, type UntoldChangesOptions } from './untold-changes.js';

/** Users, roles and teams of the tenants, and what they may do. */
export type Access = ReturnType<typeof openAccess>;

export interface AccessOptions extends Omit<AccessViewOptions, 'onError'>, Omit<UntoldChangesOptions, 'onError'> {
  /** A database whose `timeoutMs` is enough for a refresh of the view. Default: `database`. */
  refreshes?: Database;
  /** Hears what could not be done now, and is tried again. */
  onError?: (error: unknown, what: 'refresh' | 'tell') => void;
}

export function openAccess(
  cache: Pick<TenantCacheServer, 'authorization' | 'forTenant'>,
  database: Database,
  { refreshes = database, onError = () => {}, ...options }: AccessOptions = {},
) {
  const authorization = cache.authorization({ load: loadPermissions(database) });
  const view = new AccessView(refreshes, { ...options, onError: (error) => onError(error, 'refresh') });
  const untold = new UntoldChanges(database, (tenantId) => authorization.for(cache.forTenant(tenantId)), {
    ...options,
    onError: (error) => onError(error, 'tell'),
  });
  const changes = new AccessChanges(database, authorization, view);
  return {
    authorization,
    members: new Members(database, changes),
    teams: new Teams(database, changes),
    roles: new Roles(database, changes),
    assignments: new Assignments(changes),
    async close() {
      await Promise.all([view.close(), untold.close()]);
    },
  };
}
