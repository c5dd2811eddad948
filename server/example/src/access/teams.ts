import type { Database } from '@tenantcache/database';
import type { TenantCache } from 'tenantcache';
import type { AccessChanges } from './access-changes.js';
import type { NewTeam, TeamChange } from './access-schemas.js';
import { assertRoles, assertTeams, taken } from './assertions.js';
import { assertBounds } from './bounds.js';

export interface ShownTeam {
  id: string;
  name: string;
  roles: string[];
}

const SHOWN = { id: true, name: true, roles: { select: { roleId: true }, orderBy: { roleId: 'asc' } } } as const;

/** The teams of one tenant; who is in a team has its roles. */
export class Teams {
  constructor(
    private readonly database: Pick<Database, 'withTenant'>,
    private readonly changes: AccessChanges,
  ) {}

  async list(tenantId: string): Promise<ShownTeam[]> {
    const rows = await this.database.withTenant(tenantId, (tx) =>
      tx.team.findMany({ select: SHOWN, orderBy: { id: 'asc' } }),
    );
    return rows.map(shown);
  }

  create(cache: TenantCache, { id, name, roles }: NewTeam): Promise<ShownTeam> {
    return this.changes.make(cache, async (tx) => {
      const { tenantId } = cache;
      if ((await tx.team.count({ where: { id } })) > 0) taken();
      await assertRoles(tx, roles);
      await tx.team.create({ data: { tenantId, id, name } });
      await assertBounds(tx);
      await tx.teamRole.createMany({ data: roles.map((roleId) => ({ tenantId, teamId: id, roleId })) });
      return { result: { id, name, roles: roles.toSorted() }, touched: {} };
    });
  }

  change(cache: TenantCache, id: string, { name, roles }: TeamChange): Promise<ShownTeam> {
    return this.changes.make(cache, async (tx) => {
      const { tenantId } = cache;
      await assertTeams(tx, [id]);
      await tx.team.updateMany({
        where: { id },
        data: { ...(name !== undefined && { name }), updatedAt: new Date() },
      });
      if (roles) {
        await assertRoles(tx, roles);
        await tx.teamRole.deleteMany({ where: { teamId: id } });
        await tx.teamRole.createMany({ data: roles.map((roleId) => ({ tenantId, teamId: id, roleId })) });
      }
      const row = await tx.team.findFirstOrThrow({ where: { id }, select: SHOWN });
      return { result: shown(row), touched: { teams: [id] } };
    });
  }

  remove(cache: TenantCache, id: string): Promise<void> {
    return this.changes.make(cache, async (tx) => {
      await assertTeams(tx, [id]);
      await tx.team.deleteMany({ where: { id } });
      return { result: undefined, touched: { teams: [id] } };
    });
  }
}

function shown({ roles, ...team }: { id: string; name: string; roles: { roleId: string }[] }): ShownTeam {
  return { ...team, roles: roles.map(({ roleId }) => roleId) };
}
