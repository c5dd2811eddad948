import type { Tx } from '@tenantcache/database';
import type { Actor, FleetChangeRequest, FleetRecord, FleetSettings } from '../core/directory.js';
import { fail } from '../core/errors.js';
import { changedFleet } from '../core/fleet.js';
import { insertAudit } from './audit-rows.js';

interface FleetRow {
  enforced_percentage: number;
  enforcement_of_others: FleetSettings['enforcementOfOthers'];
  shared_store_bypassed: boolean;
  version: number;
  changed_at_ms: number;
}

/** What holds for all tenants, in one statement. */
export async function findFleet(tx: Pick<Tx, '$queryRaw'>): Promise<FleetRecord> {
  const [row] = await tx.$queryRaw<FleetRow[]>`
    SELECT enforced_percentage::float8 AS enforced_percentage, enforcement_of_others, shared_store_bypassed, version,
           extract(epoch FROM updated_at)::float8 * 1000 AS changed_at_ms
      FROM fleet_settings`;
  if (!row) throw fail('DIRECTORY_UNAVAILABLE', { todo: 'insert the one row of the table fleet_settings' });
  return {
    enforcedPercentage: row.enforced_percentage,
    enforcementOfOthers: row.enforcement_of_others,
    sharedStoreBypassed: row.shared_store_bypassed,
    version: row.version,
    changedAtMs: row.changed_at_ms,
  };
}

/** The new settings and their audit row, both or neither; of two that read the same version one wins. */
export async function changeFleet(
  tx: Tx,
  { settings, reason }: FleetChangeRequest,
  expectedVersion: number,
  actor: Actor,
): Promise<FleetRecord> {
  // Locked by a statement of its own: one that waited for the lock would still see the row of before its wait.
  await tx.$queryRaw`SELECT 1 FROM fleet_settings FOR NO KEY UPDATE`;
  const current = await findFleet(tx);
  if (current.version !== expectedVersion) {
    throw fail('PRECONDITION_FAILED', { given: `version ${expectedVersion}`, allowed: `version ${current.version}` });
  }
  const { version: _version, changedAtMs: _changedAtMs, ...before } = current;
  const after = changedFleet(before, settings);
  await tx.$executeRaw`
    UPDATE fleet_settings
       SET enforced_percentage = ${after.enforcedPercentage}::float8::numeric,
           enforcement_of_others = ${after.enforcementOfOthers}, shared_store_bypassed = ${after.sharedStoreBypassed},
           version = version + 1, updated_at = now()`;
  await insertAudit(tx, actor, { tenant: null, action: 'fleet', before, after, reason });
  return findFleet(tx);
}
