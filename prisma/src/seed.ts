import { randomBytes } from 'node:crypto';
import type { Database, Tx } from './database.js';
import { DEMO_MEMBERS, DEMO_ROLES, DEMO_TEAMS, demoPermissions } from './demo-access.js';
import {
  DEMO_PLANS,
  DEMO_PRICES,
  DEMO_TENANTS,
  DEMO_USERS,
  type DemoTenant,
  demoPortfolios,
  demoSignals,
  demoTrades,
  demoWatchlists,
} from './demo-data.js';
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

/** The demo tenants, their members, portfolios and trades, and users. Adds what is missing and changes nothing that is there. Needs an `adminUrl`. */
export async function seed(database: Database): Promise<SeedResult> {
  const tenantsCreated = await database.asAdmin(ACTOR, async (tx) => {
    await tx.plan.createMany({ data: await missingPlans(tx), skipDuplicates: true });
    const present = new Set((await tx.tenant.findMany({ select: { tenantId: true } })).map((row) => row.tenantId));
    const missing = DEMO_TENANTS.filter(({ tenantId }) => !present.has(tenantId));
    await createTenants(tx, missing);
    return missing.length;
  });
  // A transaction each, for none is to take long. A database may be older than these tables.
  for (const { tenantId } of DEMO_TENANTS) await database.asAdmin(ACTOR, (tx) => createAccess(tx, tenantId));
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

/** Members, what they may do, and what they did, for a tenant that has no roles. */
async function createAccess(tx: Tx, tenantId: string): Promise<void> {
  if ((await tx.role.count({ where: { tenantId } })) > 0) return;
  const rows = <Row extends object>(list: readonly Row[]) => list.map((row) => ({ tenantId, ...row }));
  await tx.role.createMany({ data: rows(DEMO_ROLES.map(({ id, name }) => ({ id, name }))) });
  await tx.rolePermission.createMany({
    data: rows(DEMO_ROLES.flatMap(({ id, says }) => demoPermissions(says).map((each) => ({ roleId: id, ...each })))),
  });
  await tx.team.createMany({ data: rows(DEMO_TEAMS.map(({ id, name }) => ({ id, name }))) });
  await tx.teamRole.createMany({
    data: rows(DEMO_TEAMS.flatMap(({ id, roles }) => roles.map((roleId) => ({ teamId: id, roleId })))),
  });
  await tx.member.createMany({ data: rows(DEMO_MEMBERS.map(({ id, name }) => ({ id, name }))) });
  await tx.memberRole.createMany({
    data: rows(DEMO_MEMBERS.flatMap(({ id, roles }) => roles.map((roleId) => ({ memberId: id, roleId })))),
  });
  await tx.teamMember.createMany({
    data: rows(DEMO_MEMBERS.flatMap(({ id, teams }) => teams.map((teamId) => ({ memberId: id, teamId })))),
  });
  const present = await tx.portfolio.findMany({ where: { tenantId }, select: { id: true } });
  const portfolios = new Set(present.map(({ id }) => id));
  const trades = demoTrades(tenantId).filter(({ portfolioId }) => portfolios.has(portfolioId));
  await tx.trade.createMany({ data: rows(trades), skipDuplicates: true });
  await tx.signal.createMany({ data: rows(demoSignals(tenantId)), skipDuplicates: true });
  await tx.watchlist.createMany({ data: rows(demoWatchlists(tenantId)), skipDuplicates: true });
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
