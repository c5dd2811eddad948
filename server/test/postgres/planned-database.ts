import { randomUUID } from 'node:crypto';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const ACTOR = 'system:test';

/** An own database with one plan, `Plan`, and tenants on it that no other test has. */
export interface PlannedDatabase extends TestDatabase {
  newTenant(): Promise<TenantId>;
  removeTenant(tenant: TenantId): Promise<void>;
  suspendTenant(tenant: TenantId): Promise<void>;
}

/** @param quotaMb of the plan */
export async function createPlannedDatabase(quotaMb = 4): Promise<PlannedDatabase> {
  const test = await createTestDatabase();
  const { asAdmin } = test.database;
  await asAdmin(ACTOR, (tx) => tx.plan.create({ data: { name: 'Plan', quotaMb, isDefault: true } }));
  return {
    ...test,
    async newTenant() {
      const id = tenantId(`t-${randomUUID()}`);
      await asAdmin(ACTOR, (tx) => tx.tenant.create({ data: { tenantId: id, name: id, plan: 'Plan' } }));
      return id;
    },
    async removeTenant(tenant) {
      await asAdmin(ACTOR, (tx) => tx.tenant.delete({ where: { tenantId: tenant } }));
    },
    async suspendTenant(tenant) {
      await asAdmin(ACTOR, (tx) => tx.tenant.update({ where: { tenantId: tenant }, data: { suspended: true } }));
    },
  };
}
