import 'server-only';
import type { Tx } from '@tenantcache/database';
import { database } from './database';
import type { TimeRange } from './range';
import type { Frame } from './series/frame';
import { historyExtent, historyFrame } from './series/history-frame';
import { COUNTERS, GAUGES, type SeriesName } from './series/names';
import type { History } from './series/read';
import type { FleetViewer, Viewer } from './viewer';

/** One transaction with the reader's own rights: a tenant's user sees that tenant's rows, staff see all. */
export function rowsOf<T>(viewer: Viewer, work: (tx: Tx) => Promise<T>): Promise<T> {
  return viewer.area === 'tenant'
    ? database().withTenant(viewer.tenantId, work)
    : database().asAdmin(viewer.email, work);
}

export function historyFor(viewer: Viewer): History {
  return {
    frame: (scope, names, range) =>
      viewer.area === 'fleet' && scope.tenantId === undefined
        ? fleetFrameOnce(viewer, range)
        : rowsOf(viewer, (tx) => historyFrame(tx, scope, names, range)),
    firstMs: (scope, range) => rowsOf(viewer, async (tx) => (await historyExtent(tx, scope, range))?.firstMs),
  };
}

const EVERY_NAME: readonly SeriesName[] = [...COUNTERS, ...GAUGES];
/** As long as a page takes to ask for all its charts, and no longer than they wait to be refreshed. */
const SHARED_MS = 8_000;
const underWay = new Map<string, Promise<Frame | undefined>>();

/** The charts of a page read the same rows of all tenants: the first reads them for all. Only staff see it. */
function fleetFrameOnce(viewer: FleetViewer, range: TimeRange): Promise<Frame | undefined> {
  const key = [range.toMs - range.fromMs, range.stepMs, Math.floor(range.toMs / SHARED_MS)].join();
  const known = underWay.get(key);
  if (known) return known;
  const reading = rowsOf(viewer, (tx) => historyFrame(tx, {}, EVERY_NAME, range));
  underWay.set(key, reading);
  const forget = () => underWay.delete(key);
  reading.then(() => setTimeout(forget, SHARED_MS).unref(), forget);
  return reading;
}
