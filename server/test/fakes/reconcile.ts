import type { TenantId } from '../../src/core/tenant-id.js';
import type { ReconcileStep, StoreUpkeep } from '../../src/core/upkeep.js';

export type Reconciled = Omit<ReconcileStep, 'cursor'> & { readonly steps: number };

/** Step after step to the end, without any of the code that does so in a cache. */
export async function reconcileWhole(
  upkeep: StoreUpkeep,
  tenant: TenantId,
  options: { readonly fence?: number; readonly orphans?: boolean } = {},
): Promise<Reconciled> {
  const sum = { looked: 0, ghosts: 0, ghostBytes: 0, expiredEntries: 0, orphans: 0, repaired: 0, driftBytes: 0 };
  let compared = false;
  let cursor: string | undefined;
  for (let steps = 1; ; steps++) {
    const step = await upkeep.reconcile(tenant, { cursor, fence: options.fence, orphans: options.orphans ?? false });
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += step[name];
    compared ||= step.compared;
    cursor = step.cursor;
    if (cursor === undefined) return { ...sum, compared, steps };
  }
}
