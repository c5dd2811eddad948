import type { Database } from '@tenantcache/database';
import type { TenantCacheServer } from 'tenantcache';
import { AccessChanges } from './access-changes.js';
import { AccessView, type AccessViewOptions } from './access-view.js';
import { Assignments } from './assignments.js';
import { loadPermissions } from './load-permissions.js';
import { Members } from './members.js';
import { Roles } from './roles.js';
import { Teams } from './teams.js';

/** Users, roles and teams of the tenants, and what they may do. */
export type Access = ReturnType<typeof openAccess>;

/**
 * @param refreshes a database whose `timeoutMs` is enough for a refresh of the view; default: `database`
 */
export function openAccess(
  cache: Pick<TenantCacheServer, 'authorization'>,
  database: Database,
  { refreshes = database, ...view }: AccessViewOptions & { refreshes?: Database } = {},
) {
  const authorization = cache.authorization({ load: loadPermissions(database) });
  const accessView = new AccessView(refreshes, view);
  const changes = new AccessChanges(database, authorization, accessView);
  return {
    authorization,
    members: new Members(database, changes),
    teams: new Teams(database, changes),
    roles: new Roles(database, changes),
    assignments: new Assignments(changes),
    close: () => accessView.close(),
  };
}
