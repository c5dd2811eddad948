import type { TenantRecord } from '../core/directory.js';
import type { AdminDeps } from './admin-routes.js';

/** Tells all processes what a tenant has from now on; never rejects. */
export async function announce(deps: AdminDeps, changed: TenantRecord): Promise<void> {
  try {
    await deps.onQuotaChanged(changed);
  } catch {
    // The change is committed; processes that missed the news read it when what they remember expires.
  }
}
