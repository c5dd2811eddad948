import 'server-only';
import type { Prisma as PrismaTypes, Tx } from '@tenantcache/database';
import { z } from 'zod';
import { database } from './database';
import { Prisma } from './database-package';
import { ENFORCEMENTS, POLICIES } from './quota-schema';
import type { FleetViewer } from './viewer';

const SETTINGS = z.object({
  quotaBytes: z.number(),
  overageAllowed: z.boolean(),
  overageLimitBytes: z.number(),
  policy: z.enum(POLICIES),
  enforcement: z.enum(ENFORCEMENTS),
});
export type Settings = z.infer<typeof SETTINGS>;

/** What holds for all tenants. */
const FLEET = z.object({
  enforcedPercentage: z.number(),
  enforcementOfOthers: z.enum(ENFORCEMENTS),
  sharedStoreBypassed: z.boolean(),
});
export type FleetSettings = z.infer<typeof FLEET>;
const CHANGED = z.union([SETTINGS, FLEET]);

/** As the audit keeps them: no key, value or secret is among them. */
const FACTS = z.record(z.string(), z.unknown());
export type Facts = Readonly<z.infer<typeof FACTS>>;

/** One row of the audit. `before` and `after` are null where no setting changed; `facts` are what is kept of any deed. */
export interface AuditRow {
  id: string;
  /** Null where it concerns all tenants. */
  tenantId: string | null;
  /** Undefined for a tenant that is no longer there. */
  tenantName: string | undefined;
  at: string;
  actor: string;
  onBehalfOf: string | null;
  source: string;
  ip: string | null;
  action: string;
  before: Settings | FleetSettings | null;
  after: Settings | FleetSettings | null;
  facts: { readonly before: Facts | null; readonly after: Facts | null };
  reason: string;
}

export interface AuditQuery {
  /** Part of a tenant's name or id. */
  tenant: string;
  actor: string;
  /** One kind of deed, such as `quota`; empty: all. */
  action: string;
  /** From 1. */
  page: number;
  pageSize: number;
}

export type AuditFilters = Omit<AuditQuery, 'page' | 'pageSize'>;

export interface AuditPage {
  items: AuditRow[];
  total: number;
}

interface RawRow extends Omit<AuditRow, 'tenantName' | 'at' | 'before' | 'after' | 'facts'> {
  tenantName: string | null;
  at: Date;
  before: unknown;
  after: unknown;
}

/** Newest first. The audit is read where it is kept, so it is there while the API is not. */
export async function listAudit(viewer: FleetViewer, query: AuditQuery): Promise<AuditPage> {
  const { page, pageSize } = query;
  return database().asAdmin(viewer.email, async (tx) => {
    const items = await auditRows(tx, query, { limit: pageSize, offset: (page - 1) * pageSize });
    const counted = await tx.$queryRaw<{ total: number }[]>`
      SELECT count(*)::int AS total FROM quota_changes c LEFT JOIN tenants t ON t.tenant_id = c.tenant_id
       WHERE ${matching(query)}`;
    return { items, total: counted[0]?.total ?? 0 };
  });
}

const STEP = 500;

/** All entries of the filters in bounded steps, newest first: each once, also where others are written meanwhile. */
export async function* auditSteps(viewer: FleetViewer, filters: AuditFilters): AsyncGenerator<readonly AuditRow[]> {
  for (let beforeId: string | undefined; ; ) {
    const items = await database().asAdmin(viewer.email, (tx) =>
      auditRows(tx, filters, { limit: STEP, offset: 0, beforeId }),
    );
    yield items;
    beforeId = items.at(-1)?.id;
    if (items.length < STEP) return;
  }
}

interface Part {
  readonly limit: number;
  readonly offset: number;
  /** Only entries older than this one. */
  readonly beforeId?: string | undefined;
}

async function auditRows(tx: Tx, filters: AuditFilters, part: Part): Promise<AuditRow[]> {
  const { limit, offset, beforeId = null } = part;
  const rows = await tx.$queryRaw<RawRow[]>`
    SELECT c.id::text, c.tenant_id AS "tenantId", t.name AS "tenantName", c.at, c.actor,
           c.on_behalf_of AS "onBehalfOf", c.source, host(c.ip) AS ip, c.action, c.before, c.after, c.reason
      FROM quota_changes c LEFT JOIN tenants t ON t.tenant_id = c.tenant_id
     WHERE ${matching(filters)}
       AND (${beforeId}::text IS NULL OR c.id < ${beforeId}::bigint)
     ORDER BY c.id DESC LIMIT ${limit} OFFSET ${offset}`;
  return rows.map(auditRow);
}

/** Of `quota_changes c` and `tenants t`. */
function matching({ tenant, actor, action }: AuditFilters): PrismaTypes.Sql {
  const pattern = `%${tenant.replace(/[\\%_]/g, '\\$&')}%`;
  return Prisma.sql`(${tenant} = '' OR c.tenant_id ILIKE ${pattern} OR t.name ILIKE ${pattern})
       AND (${actor} = '' OR c.actor = ${actor}) AND (${action} = '' OR c.action = ${action})`;
}

/** Who is in the audit, by name; at most 200. */
export async function auditActors(viewer: FleetViewer): Promise<string[]> {
  const rows = await database().asAdmin(viewer.email, (tx) =>
    tx.quotaChange.findMany({ distinct: ['actor'], select: { actor: true }, orderBy: { actor: 'asc' }, take: 200 }),
  );
  return rows.map(({ actor }) => actor);
}

/** Changes of quotas on the present UTC day, at most the last 1,000. */
export async function changesToday(viewer: FleetViewer): Promise<AuditRow[]> {
  const midnight = new Date(new Date().toISOString().slice(0, 10));
  const rows = await database().asAdmin(viewer.email, (tx) =>
    tx.quotaChange.findMany({
      where: { at: { gte: midnight }, action: 'quota' },
      orderBy: { id: 'desc' },
      take: 1000,
    }),
  );
  return rows.map((row) => auditRow({ ...row, id: String(row.id), tenantName: null }));
}

/** The newest change of one tenant or its quota, which share a version. */
export async function lastChange(viewer: FleetViewer, tenantId: string): Promise<{ actor: string } | undefined> {
  const row = await database().asAdmin(viewer.email, (tx) =>
    tx.quotaChange.findFirst({
      where: { tenantId, action: { in: ['quota', 'tenant'] } },
      orderBy: { id: 'desc' },
      select: { actor: true },
    }),
  );
  return row ?? undefined;
}

function auditRow(row: RawRow): AuditRow {
  const before = CHANGED.safeParse(row.before);
  const after = CHANGED.safeParse(row.after);
  return {
    ...row,
    tenantName: row.tenantName ?? undefined,
    at: row.at.toISOString(),
    before: before.success ? before.data : null,
    after: after.success ? after.data : null,
    facts: { before: factsOf(row.before), after: factsOf(row.after) },
  };
}

function factsOf(kept: unknown): Facts | null {
  const { data = null } = FACTS.safeParse(kept);
  return data;
}
