import type { Tx } from '@tenantcache/database';
import { problem } from '../problem.js';

/**
 * What a user may have, as the authorisation cache takes it: a larger set is no set, and decides nothing. Held for the tenant as a
 * whole, so that no assignment can lead past it, whoever has how many roles.
 */
const MAX_PERMISSIONS = 10_000;
const MAX_ROLES = 1_000;
const MAX_TEAMS = 1_000;

/**
 * After something was added.
 * @throws Problem 409 `ACCESS_TOO_LARGE`
 */
export async function assertBounds(tx: Tx): Promise<void> {
  const [permissions, roles, teams] = [await tx.rolePermission.count(), await tx.role.count(), await tx.team.count()];
  if (permissions > MAX_PERMISSIONS) tooMany(`${permissions} permissions of its roles`, MAX_PERMISSIONS);
  if (roles > MAX_ROLES) tooMany(`${roles} roles`, MAX_ROLES);
  if (teams > MAX_TEAMS) tooMany(`${teams} teams`, MAX_TEAMS);
}

function tooMany(what: string, max: number): never {
  throw problem(409, 'ACCESS_TOO_LARGE', `The tenant would have ${what}; at most ${max} are allowed.`);
}
