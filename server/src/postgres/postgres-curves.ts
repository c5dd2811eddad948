import type { Database } from '@tenantcache/database';
import { type CurveStore, MAX_SAMPLE_AGE_MS } from '../core/advice.js';
import { byTenant } from './by-tenant.js';
import { answered } from './connect.js';
import { dropCurves, readCurves, upsertCurves } from './curve-rows.js';

const SAVER = 'system:advice';
const DROPPED_PER_CALL = 5_000;

/** Samples for advice in Postgres. Without the admin role a save takes one transaction a tenant, and nothing is dropped. */
export function postgresCurves(
  database: Pick<Database, 'asAdmin' | 'withTenant'>,
  { admin }: { readonly admin: boolean },
): CurveStore {
  return {
    async save(samples) {
      if (samples.length === 0) return;
      if (admin) return answered(() => database.asAdmin(SAVER, (tx) => upsertCurves(tx, samples)));
      for (const [tenant, own] of byTenant(samples)) {
        await answered(() => database.withTenant(tenant, (tx) => upsertCurves(tx, own)));
      }
    },
    read: (tenant, nowMs) =>
      answered(() => database.withTenant(tenant, (tx) => readCurves(tx, tenant, nowMs - MAX_SAMPLE_AGE_MS))),
    async tidy(nowMs) {
      if (!admin) return 0;
      return answered(() =>
        database.asAdmin(SAVER, (tx) => dropCurves(tx, nowMs - MAX_SAMPLE_AGE_MS, DROPPED_PER_CALL)),
      );
    },
  };
}
