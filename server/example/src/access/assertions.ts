import type { Tx } from '@tenantcache/database';
import { problem } from '../problem.js';

/** @throws Problem 404 `MEMBER_NOT_FOUND` */
export async function assertMember(tx: Tx, id: string): Promise<void> {
  if ((await tx.member.count({ where: { id } })) === 0)
    throw problem(404, 'MEMBER_NOT_FOUND', 'The tenant has no such member.');
}

/** @throws Problem 404 `TEAM_NOT_FOUND` where one of them is missing */
export async function assertTeams(tx: Tx, ids: readonly string[]): Promise<void> {
  if ((await tx.team.count({ where: { id: { in: [...ids] } } })) < ids.length)
    throw problem(404, 'TEAM_NOT_FOUND', 'The tenant has no such team.');
}

/** @throws Problem 404 `ROLE_NOT_FOUND` where one of them is missing */
export async function assertRoles(tx: Tx, ids: readonly string[]): Promise<void> {
  if ((await tx.role.count({ where: { id: { in: [...ids] } } })) < ids.length)
    throw problem(404, 'ROLE_NOT_FOUND', 'The tenant has no such role.');
}

/** @throws Problem 409 */
export function taken(): never {
  throw problem(409, 'ACCESS_ID_TAKEN', 'The tenant has one of this id.');
}
