import type { Database, Tx } from '@tenantcache/database';
import type { Actor, Statement } from '../core/directory.js';
import { fail } from '../core/errors.js';
import { billOf } from '../core/pricing.js';
import type { TenantId } from '../core/tenant-id.js';
import { insertAudit } from './audit-rows.js';
import { bytesOf } from './mebibytes.js';
import { takeMeters } from './meter-rows.js';
import { lockPeriod, type Period, periodOf, setReset, tenantsDue } from './period-rows.js';
import { planOf } from './plan-rows.js';
import { servedBefore } from './served-rows.js';
import { insertStatement } from './statement-rows.js';

const ACTOR: Actor = { id: 'system:upkeep', source: 'system' };

type AsAdmin = Database['asAdmin'];

/**
 * Closes periods, the longest overdue first: each in one transaction under the lock of its tenant, so that another
 * closer finds the next period, or none. Returns those that this call closed.
 */
export async function closePeriods(asAdmin: AsAdmin, nowMs: number, max: number): Promise<readonly Statement[]> {
  const due = await asAdmin(ACTOR.id, (tx) => tenantsDue(tx, nowMs, max));
  const closed: Statement[] = [];
  let failure: unknown;
  for (const tenantId of due) {
    try {
      while (closed.length < max) {
        const statement = await asAdmin(ACTOR.id, (tx) => closeNext(tx, tenantId, nowMs));
        if (statement === undefined) break;
        closed.push(statement);
      }
    } catch (error) {
      // One tenant's must not hold up those of the others; it is due again the next time.
      failure ??= error;
    }
  }
  if (failure !== undefined && closed.length === 0) throw failure;
  return closed;
}

/** The tenant's next period that is over, and its statement; undefined where none is. */
async function closeNext(tx: Tx, tenantId: TenantId, nowMs: number, actor = ACTOR): Promise<Statement | undefined> {
  const locked = await lockPeriod(tx, tenantId, nowMs);
  if (locked === undefined) return undefined;
  const period = periodOf(locked);
  await setReset(tx, tenantId, period);
  if (!period.over) return undefined;
  return close(tx, tenantId, locked.quota_mb, period, actor);
}

/** All that is open of a tenant, the period under way up to now: there will be no other. */
export async function closeForGood(tx: Tx, tenantId: TenantId, actor: Actor): Promise<void> {
  const nowMs = Date.now();
  while (await closeNext(tx, tenantId, nowMs, actor));
  const locked = await lockPeriod(tx, tenantId, nowMs);
  if (locked === undefined) return;
  const { startMs } = periodOf(locked);
  const endMs = Math.floor(locked.now_ms);
  if (endMs > startMs) await close(tx, tenantId, locked.quota_mb, { startMs, endMs }, actor);
}

async function close(
  tx: Tx,
  tenantId: TenantId,
  quotaMb: number,
  { startMs, endMs }: Pick<Period, 'startMs' | 'endMs'>,
  actor: Actor,
): Promise<Statement> {
  const plan = await planOf(tx, tenantId);
  if (plan === undefined) throw fail('TENANT_NOT_FOUND');
  const figures = await takeMeters(tx, tenantId, endMs);
  const { served, before } = await servedBefore(tx, tenantId, startMs, endMs);
  const statement: Statement = {
    tenantId,
    periodStart: new Date(startMs).toISOString(),
    periodEnd: new Date(endMs).toISOString(),
    closedAt: new Date().toISOString(),
    quotaBytes: bytesOf(quotaMb),
    ...figures,
    ...served,
    bill: billOf({ ...figures, ...served }, plan),
  };
  await insertStatement(tx, statement, before);
  const reason = `period ${statement.periodStart} to ${statement.periodEnd} closed`;
  await insertAudit(tx, actor, { tenant: tenantId, action: 'reset', before: null, after: null, reason });
  return statement;
}
