import 'server-only';
import type { Tx } from '@tenantcache/database';
import { database } from './database';
import { historyExtent, historyFrame } from './series/history-frame';
import type { History } from './series/read';
import type { Viewer } from './viewer';

/** One transaction with the reader's own rights: a tenant's user sees that tenant's rows, staff see all. */
export function rowsOf<T>(viewer: Viewer, work: (tx: Tx) => Promise<T>): Promise<T> {
  return viewer.area === 'tenant'
    ? database().withTenant(viewer.tenantId, work)
    : database().asAdmin(viewer.email, work);
}

export function historyFor(viewer: Viewer): History {
  return {
    frame: (scope, names, range) => rowsOf(viewer, (tx) => historyFrame(tx, scope, names, range)),
    firstMs: (scope, range) => rowsOf(viewer, async (tx) => (await historyExtent(tx, scope, range))?.firstMs),
  };
}
