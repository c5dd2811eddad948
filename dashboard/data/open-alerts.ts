import 'server-only';
import { rowsOf } from './history';
import type { Viewer } from './viewer';

/** How many alerts are open that the viewer may see: of all tenants, or of their own. Undefined where it cannot be known. */
export async function countOpenAlerts(viewer: Viewer): Promise<number | undefined> {
  const own = viewer.area === 'tenant' ? { tenantId: viewer.tenantId } : {};
  try {
    return await rowsOf(viewer, (tx) => tx.alert.count({ where: { resolvedAt: null, ...own } }));
  } catch {
    return undefined;
  }
}
