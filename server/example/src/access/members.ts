import type { Database } from '@tenantcache/database';
import type { TenantCache } from 'tenantcache';
import type { AccessChanges } from './access-changes.js';
import type { MemberChange, NewMember } from './access-schemas.js';
import { assertMember, assertRoles, assertTeams, taken } from './assertions.js';

export interface ShownMember {
  id: string;
  name: string;
  active: boolean;
  roles: string[];
  teams: string[];
}

const SHOWN = {
  id: true,
  name: true,
  active: true,
  roles: { select: { roleId: true }, orderBy: { roleId: 'asc' } },
  teams: { select: { teamId: true }, orderBy: { teamId: 'asc' } },
} as const;

/** The users of one tenant, with the roles and teams that each was given. */
export class Members {
  constructor(
    private readonly database: Pick<Database, 'withTenant'>,
    private readonly changes: AccessChanges,
  ) {}

  /** By id, beginning after `after`. */
  async page(tenantId: string, limit: number, after?: string): Promise<{ items: ShownMember[]; next: string | null }> {
    const rows = await this.database.withTenant(tenantId, (tx) =>
      tx.member.findMany({
        where: after === undefined ? {} : { id: { gt: after } },
        select: SHOWN,
        orderBy: { id: 'asc' },
        take: limit + 1,
      }),
    );
    const items = rows.slice(0, limit).map(shown);
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  async find(tenantId: string, id: string): Promise<ShownMember | null> {
    const row = await this.database.withTenant(tenantId, (tx) => tx.member.findFirst({ where: { id }, select: SHOWN }));
    return row && shown(row);
  }

  create(cache: TenantCache, { id, name, roles, teams }: NewMember): Promise<ShownMember> {
    return this.changes.make(cache, async (tx) => {
      const { tenantId } = cache;
      if ((await tx.member.count({ where: { id } })) > 0) taken();
      await assertRoles(tx, roles);
      await assertTeams(tx, teams);
      await tx.member.create({ data: { tenantId, id, name } });
      await tx.memberRole.createMany({ data: roles.map((roleId) => ({ tenantId, memberId: id, roleId })) });
      await tx.teamMember.createMany({ data: teams.map((teamId) => ({ tenantId, memberId: id, teamId })) });
      const result = { id, name, active: true, roles: roles.toSorted(), teams: teams.toSorted() };
      // That there is no such user is remembered, too.
      return { result, touched: { users: [id] } };
    });
  }

  change(cache: TenantCache, id: string, { name, active, roles, teams }: MemberChange): Promise<ShownMember> {
    return this.changes.make(cache, async (tx) => {
      const { tenantId } = cache;
      await assertMember(tx, id);
      await tx.member.updateMany({
        where: { id },
        data: { ...(name !== undefined && { name }), ...(active !== undefined && { active }), updatedAt: new Date() },
      });
      if (roles) {
        await assertRoles(tx, roles);
        await tx.memberRole.deleteMany({ where: { memberId: id } });
        await tx.memberRole.createMany({ data: roles.map((roleId) => ({ tenantId, memberId: id, roleId })) });
      }
      if (teams) {
        await assertTeams(tx, teams);
        await tx.teamMember.deleteMany({ where: { memberId: id } });
        await tx.teamMember.createMany({ data: teams.map((teamId) => ({ tenantId, memberId: id, teamId })) });
      }
      const row = await tx.member.findFirstOrThrow({ where: { id }, select: SHOWN });
      return { result: shown(row), touched: { users: [id] } };
    });
  }

  remove(cache: TenantCache, id: string): Promise<void> {
    return this.changes.make(cache, async (tx) => {
      await assertMember(tx, id);
      await tx.member.deleteMany({ where: { id } });
      return { result: undefined, touched: { users: [id] } };
    });
  }
}

function shown(row: {
  id: string;
  name: string;
  active: boolean;
  roles: { roleId: string }[];
  teams: { teamId: string }[];
}): ShownMember {
  return { ...row, roles: row.roles.map(({ roleId }) => roleId), teams: row.teams.map(({ teamId }) => teamId) };
}
