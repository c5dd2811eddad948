import type { Database, Prisma } from '@tenantcache/database';
import type { TenantCache } from 'tenantcache';
import type { AccessChanges } from './access-changes.js';
import type { NewRole, RoleChange } from './access-schemas.js';
import { assertRoles, taken } from './assertions.js';
import { assertBounds } from './bounds.js';

export interface ShownRole {
  id: string;
  name: string;
  permissions: { action: string; object: string; effect: string }[];
}

const SHOWN = {
  id: true,
  name: true,
  permissions: {
    select: { action: true, object: true, effect: true },
    orderBy: [{ action: 'asc' }, { object: 'asc' }],
  },
} satisfies Prisma.RoleSelect;

/** The roles of one tenant and what each of them says. */
export class Roles {
  constructor(
    private readonly database: Pick<Database, 'withTenant'>,
    private readonly changes: AccessChanges,
  ) {}

  list(tenantId: string): Promise<ShownRole[]> {
    return this.database.withTenant(tenantId, (tx) => tx.role.findMany({ select: SHOWN, orderBy: { id: 'asc' } }));
  }

  create(cache: TenantCache, { id, name, permissions }: NewRole): Promise<ShownRole> {
    return this.changes.make(cache, async (tx) => {
      const { tenantId } = cache;
      if ((await tx.role.count({ where: { id } })) > 0) taken();
      await tx.role.create({ data: { tenantId, id, name } });
      await tx.rolePermission.createMany({ data: permissions.map((each) => ({ tenantId, roleId: id, ...each })) });
      await assertBounds(tx);
      return { result: await tx.role.findFirstOrThrow({ where: { id }, select: SHOWN }), touched: {} };
    });
  }

  change(cache: TenantCache, id: string, { name, permissions }: RoleChange): Promise<ShownRole> {
    return this.changes.make(cache, async (tx) => {
      const { tenantId } = cache;
      await assertRoles(tx, [id]);
      await tx.role.updateMany({
        where: { id },
        data: { ...(name !== undefined && { name }), updatedAt: new Date() },
      });
      if (permissions) {
        const { count } = await tx.rolePermission.deleteMany({ where: { roleId: id } });
        await tx.rolePermission.createMany({ data: permissions.map((each) => ({ tenantId, roleId: id, ...each })) });
        // What is past the bound already can be made less.
        if (permissions.length > count) await assertBounds(tx);
      }
      const result = await tx.role.findFirstOrThrow({ where: { id }, select: SHOWN });
      return { result, touched: { roles: [id] } };
    });
  }

  remove(cache: TenantCache, id: string): Promise<void> {
    return this.changes.make(cache, async (tx) => {
      await assertRoles(tx, [id]);
      await tx.role.deleteMany({ where: { id } });
      return { result: undefined, touched: { roles: [id] } };
    });
  }
}
