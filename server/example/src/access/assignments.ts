import type { TenantCache } from 'tenantcache';
import type { AccessChanges } from './access-changes.js';
import { assertMember, assertRoles, assertTeams } from './assertions.js';

/** Who has which role and is in which team. Each may be said again: what is so already stays so. */
export class Assignments {
  constructor(private readonly changes: AccessChanges) {}

  /** @param given false takes it away */
  roleOfMember(cache: TenantCache, memberId: string, roleId: string, given: boolean): Promise<void> {
    return this.changes.make(cache, async (tx) => {
      await assertMember(tx, memberId);
      await assertRoles(tx, [roleId]);
      const row = { tenantId: cache.tenantId, memberId, roleId };
      if (given) await tx.memberRole.createMany({ data: [row], skipDuplicates: true });
      else await tx.memberRole.deleteMany({ where: row });
      return { result: undefined, touched: { users: [memberId] } };
    });
  }

  /** @param within false takes the member out */
  memberOfTeam(cache: TenantCache, memberId: string, teamId: string, within: boolean): Promise<void> {
    return this.changes.make(cache, async (tx) => {
      await assertMember(tx, memberId);
      await assertTeams(tx, [teamId]);
      const row = { tenantId: cache.tenantId, memberId, teamId };
      if (within) await tx.teamMember.createMany({ data: [row], skipDuplicates: true });
      else await tx.teamMember.deleteMany({ where: row });
      return { result: undefined, touched: { users: [memberId] } };
    });
  }

  /** @param given false takes it away */
  roleOfTeam(cache: TenantCache, teamId: string, roleId: string, given: boolean): Promise<void> {
    return this.changes.make(cache, async (tx) => {
      await assertTeams(tx, [teamId]);
      await assertRoles(tx, [roleId]);
      const row = { tenantId: cache.tenantId, teamId, roleId };
      if (given) await tx.teamRole.createMany({ data: [row], skipDuplicates: true });
      else await tx.teamRole.deleteMany({ where: row });
      return { result: undefined, touched: { teams: [teamId] } };
    });
  }
}
