import 'server-only';
import type { Tx } from '@tenantcache/database';
import { type ChangeResult, refused } from './change';
import { database } from './database';
import { ACTOR, presentSessionHash } from './session';
import { TENANT_ID_PATTERN } from './tenant-grammar';
import { type Account, type FleetViewer, mayViewAs } from './viewer';

export const VIEW_MINUTES = 30;
const MINUTE_MS = 60_000;
/** More than can begin between two looks of one process. */
const MAX_EXPIRED = 100;

/** Shows this session the tenant's pages instead of the fleet's, for half an hour at most; audited with both identities. */
export async function startView(viewer: FleetViewer, tenantId: string, reason: string): Promise<ChangeResult> {
  if (!mayViewAs(viewer.role)) return refused('Only an admin or an operator can view as a tenant.');
  const idHash = await presentSessionHash();
  if (!idHash) return refused('You are signed out. Nothing was changed.');
  // What it cannot close is not this session's; its own view is asked for below.
  await closeExpiredViews().catch(() => {});
  const until = new Date(Date.now() + VIEW_MINUTES * MINUTE_MS);
  return database().asAdmin(viewer.email, async (tx) => {
    const known = TENANT_ID_PATTERN.test(tenantId) && (await tx.tenant.findUnique({ where: { tenantId } }));
    if (!known) return refused('There is no such tenant. Nothing was changed.');
    const { count } = await tx.session.updateMany({
      where: { idHash, revokedAt: null, viewAsTenantId: null, user: { email: viewer.email } },
      data: { viewAsTenantId: tenantId, viewAsUntil: until },
    });
    if (count === 0) return refused('This session views as a tenant already. Reload to see as which.');
    await audit(tx, { actor: viewer.email, tenantId, reason, after: { view: 'started', until: until.toISOString() } });
    return { outcome: 'done', value: null };
  });
}

/** Back to the fleet's pages. @returns the tenant whose pages were seen */
export async function endView({ email, view }: Account): Promise<string | undefined> {
  const idHash = await presentSessionHash();
  if (!idHash || !view) return undefined;
  await close({ idHash, email, tenantId: view.tenantId }, 'ended', `${email} ended the view.`);
  return view.tenantId;
}

/** Ends and audits views whose time is over, of all sessions. */
export async function closeExpiredViews(): Promise<void> {
  const expired = await database().asAdmin(ACTOR, (tx) =>
    tx.session.findMany({
      where: { viewAsTenantId: { not: null }, viewAsUntil: { lte: new Date() } },
      select: { idHash: true, viewAsTenantId: true, user: { select: { email: true } } },
      take: MAX_EXPIRED,
    }),
  );
  const failures: unknown[] = [];
  for (const { idHash, viewAsTenantId: tenantId, user } of expired) {
    if (tenantId === null) continue;
    const reason = `The ${VIEW_MINUTES} minutes of the view were over.`;
    // One that cannot be closed does not keep the others open.
    await close({ idHash, email: user.email, tenantId }, 'expired', reason).catch((error) => failures.push(error));
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} views were not closed`);
}

/** Audits the ends of the views of an account, whose sessions `tx` is about to delete with it. The actor is who deletes it. */
export async function auditLastViews(
  tx: Tx,
  actor: string,
  { id, email }: { id: string; email: string },
): Promise<void> {
  const views = await tx.session.findMany({
    where: { userId: id, viewAsTenantId: { not: null } },
    select: { viewAsTenantId: true },
  });
  const reason = `${actor} removed the account of ${email}, who viewed.`;
  for (const { viewAsTenantId: tenantId } of views) {
    if (tenantId !== null) await audit(tx, { actor, tenantId, reason, after: { view: 'ended' } });
  }
}

interface View {
  readonly idHash: string;
  readonly email: string;
  readonly tenantId: string;
}

/** Whoever comes first writes the row of the audit: the view ends once, and one that expires is not one begun anew meanwhile. */
async function close({ idHash, email, tenantId }: View, how: 'ended' | 'expired', reason: string): Promise<void> {
  await database().asAdmin(email, async (tx) => {
    const over = how === 'expired' ? { viewAsUntil: { lte: new Date() } } : {};
    const { count } = await tx.session.updateMany({
      where: { idHash, viewAsTenantId: tenantId, ...over },
      data: { viewAsTenantId: null, viewAsUntil: null },
    });
    if (count > 0) await audit(tx, { actor: email, tenantId, reason, after: { view: how } });
  });
}

interface Entry {
  readonly actor: string;
  readonly tenantId: string;
  readonly reason: string;
  readonly after: Record<string, string>;
}

async function audit(tx: Tx, { tenantId, ...entry }: Entry): Promise<void> {
  const onBehalfOf = `a viewer of ${tenantId}`;
  await tx.quotaChange.create({ data: { tenantId, onBehalfOf, source: 'dashboard', action: 'view', ...entry } });
}
