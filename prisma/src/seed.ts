import { randomBytes } from 'node:crypto';
import type { Database, Tx } from './database.js';
import { DEMO_PLANS, DEMO_PRICES, DEMO_TENANTS, DEMO_USERS, type DemoTenant, demoPortfolios } from './demo-data.js';
import { hashPassword } from './password.js';

export interface SignIn {
  email: string;
  password: string;
  role: string;
  /** Null for staff. */
  tenantId: string | null;
}

export interface SeedResult {
  tenantsCreated: number;
  /** Passwords in clear, this once; empty where the users existed. */
  signIns: SignIn[];
  usersExisted: boolean;
}

const ACTOR = 'system:seed';

/** The demo tenants, users and portfolios. Adds what is missing and changes nothing that is there. Needs an `adminUrl`. */
export async function seed(database: Database): Promise<SeedResult> {
  const tenantsCreated = await database.asAdmin(ACTOR, async (tx) => {
    await tx.plan.createMany({ data: await missingPlans(tx), skipDuplicates: true });
    const present = new Set((await tx.tenant.findMany({ select: { tenantId: true } })).map((row) => row.tenantId));
    const missing = DEMO_TENANTS.filter(({ tenantId }) => !present.has(tenantId));
    await createTenants(tx, missing);
    return missing.length;
  });
  const signIns = await createUsers(database);
  return { tenantsCreated, signIns, usersExisted: signIns.length < DEMO_USERS.length };
}

async function missingPlans(tx: Tx) {
  const hasDefault = (await tx.plan.count({ where: { isDefault: true } })) > 0;
  return Object.entries(DEMO_PLANS).map(([name, plan]) => ({
    name,
    ...plan,
    ...DEMO_PRICES[name as keyof typeof DEMO_PRICES],
    isDefault: plan.isDefault && !hasDefault,
  }));
}

async function createTenants(tx: Tx, tenants: readonly DemoTenant[]): Promise<void> {
  await tx.tenant.createMany({ data: tenants.map(({ tenantId, name, plan }) => ({ tenantId, name, plan })) });
  await tx.tenantQuota.createMany({
    data: tenants.map(({ tenantId, plan, own }) => {
      const { isDefault: _, ...limits } = DEMO_PLANS[plan];
      return { tenantId, ...limits, ...own };
    }),
  });
  const portfolios = tenants.flatMap(({ tenantId }) => demoPortfolios(tenantId).map((row) => ({ tenantId, ...row })));
  await tx.portfolio.createMany({ data: portfolios.map(({ positions: _, ...portfolio }) => portfolio) });
  await tx.position.createMany({
    data: portfolios.flatMap(({ tenantId, id, positions }) =>
      positions.map((position) => ({ tenantId, portfolioId: id, ...position })),
    ),
  });
}

async function createUsers(database: Database): Promise<SignIn[]> {
  const users = await database.asAdmin(ACTOR, (tx) => tx.user.findMany({ select: { email: true } }));
  const present = new Set(users.map(({ email }) => email));
  const signIns = DEMO_USERS.filter(({ email }) => !present.has(email)).map((user) => ({
    ...user,
    password: randomBytes(12).toString('base64url'),
  }));
  const data = await Promise.all(
    signIns.map(async ({ password, ...user }) => ({ ...user, passwordHash: await hashPassword(password) })),
  );
  await database.asAdmin(ACTOR, (tx) => tx.user.createMany({ data }));
  return signIns.map(({ email, password, role, tenantId }) => ({ email, password, role, tenantId }));
}
