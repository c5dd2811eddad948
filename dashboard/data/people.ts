import 'server-only';
import { database } from './database';
import type { FleetViewer } from './viewer';

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly tenantId: string | null;
  readonly tenantName: string | null;
  /** Null for a company account. */
  readonly hasPassword: boolean;
  /** Until when the password that an admin passed on can be used; null once another one was chosen. */
  readonly passwordEndsAt: string | null;
  readonly sessions: number;
  readonly lastSeenAt: string | null;
}

export interface PeopleQuery {
  /** Part of a name, an e-mail or a tenant's id. */
  readonly search: string;
  readonly page: number;
  readonly pageSize: number;
}

export interface AccountEventRow {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly account: string;
  readonly action: string;
  readonly detail: string;
}

interface RawPerson extends Omit<Person, 'passwordEndsAt' | 'lastSeenAt'> {
  passwordEndsAt: Date | null;
  lastSeenAt: Date | null;
}

/** Everybody who can sign in: staff first, then by e-mail. For admins. */
export async function listPeople(viewer: FleetViewer, query: PeopleQuery): Promise<{ items: Person[]; total: number }> {
  if (viewer.role !== 'admin') return { items: [], total: 0 };
  const { search, page, pageSize } = query;
  const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
  return database().asAdmin(viewer.email, async (tx) => {
    const rows = await tx.$queryRaw<RawPerson[]>`
      SELECT u.id::text, u.email, u.name, u.role, u.tenant_id AS "tenantId", t.name AS "tenantName",
             u.password_hash IS NOT NULL AS "hasPassword", u.password_expires_at AS "passwordEndsAt",
             (SELECT count(*)::int FROM sessions s
               WHERE s.user_id = u.id AND s.revoked_at IS NULL AND s.expires_at > now()) AS sessions,
             (SELECT max(s.last_seen_at) FROM sessions s WHERE s.user_id = u.id) AS "lastSeenAt"
        FROM users u LEFT JOIN tenants t ON t.tenant_id = u.tenant_id
       WHERE ${search} = '' OR u.email ILIKE ${pattern} OR u.name ILIKE ${pattern} OR u.tenant_id ILIKE ${pattern}
       ORDER BY u.tenant_id IS NOT NULL, u.email LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`;
    const counted = await tx.$queryRaw<{ total: number }[]>`
      SELECT count(*)::int AS total FROM users u
       WHERE ${search} = '' OR u.email ILIKE ${pattern} OR u.name ILIKE ${pattern} OR u.tenant_id ILIKE ${pattern}`;
    return { items: rows.map(personOf), total: counted[0]?.total ?? 0 };
  });
}

/** How many can sign in, and how many of them are staff. */
export async function countPeople(viewer: FleetViewer): Promise<{ people: number; staff: number }> {
  return database().asAdmin(viewer.email, async (tx) => ({
    people: await tx.user.count(),
    staff: await tx.user.count({ where: { tenantId: null } }),
  }));
}

/** What was done to accounts, newest first. For admins. */
export async function accountEvents(viewer: FleetViewer, limit: number): Promise<AccountEventRow[]> {
  if (viewer.role !== 'admin') return [];
  const rows = await database().asAdmin(viewer.email, (tx) =>
    tx.accountEvent.findMany({ orderBy: { id: 'desc' }, take: limit }),
  );
  return rows.map(({ id, at, ...row }) => ({ ...row, id: String(id), at: at.toISOString() }));
}

function personOf(row: RawPerson): Person {
  return {
    ...row,
    passwordEndsAt: row.passwordEndsAt?.toISOString() ?? null,
    lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
  };
}
