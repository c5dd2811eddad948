import type { Tx } from '@tenantcache/database';
import type { OpenStatement } from '../core/directory.js';
import { fail } from '../core/errors.js';
import { billOf } from '../core/pricing.js';
import type { TenantId } from '../core/tenant-id.js';
import { bytesOf } from './mebibytes.js';
import { metered } from './meter-rows.js';
import { periodOf, readPeriod } from './period-rows.js';
import { planOf } from './plan-rows.js';
import { servedBefore } from './served-rows.js';

/** A period is closed once a month, so a second look finds it as it is, unless many that were missed are being closed. */
const LOOKS = 5;

/**
 * What the period under way would be closed with now; undefined for a tenant that is not known. Takes no lock and
 * changes nothing, so that the tenant's own role can do it.
 */
export async function openStatement(tx: Tx, tenantId: TenantId, nowMs: number): Promise<OpenStatement | undefined> {
  for (let look = 1; look <= LOOKS; look++) {
    const found = await readPeriod(tx, tenantId, nowMs);
    const plan = await planOf(tx, tenantId);
    if (found === undefined || plan === undefined) return undefined;
    const { startMs, endMs, over } = periodOf(found);
    const untilMs = over ? endMs : Math.max(startMs, Math.round(found.now_ms));
    const { readAtMs, ...figures } = await metered(tx, tenantId, untilMs);
    const { served } = await servedBefore(tx, tenantId, startMs, untilMs);
    // It was closed in between: some of the figures are of the next period already.
    const after = await readPeriod(tx, tenantId, nowMs);
    if (after?.started_at_ms !== found.started_at_ms) continue;
    return {
      tenantId,
      periodStart: new Date(startMs).toISOString(),
      periodEnd: new Date(endMs).toISOString(),
      open: true,
      asOf: new Date(Math.min(untilMs, Math.max(startMs, readAtMs))).toISOString(),
      quotaBytes: bytesOf(found.quota_mb),
      ...figures,
      ...served,
      bill: billOf({ ...figures, ...served }, plan),
    };
  }
  throw fail('DIRECTORY_UNAVAILABLE', { todo: 'ask again when the periods that were missed are closed' });
}
