import 'server-only';
import { readAttention } from '@/data/attention';
import { readCapacityBytes } from '@/data/capacity';
import { readLatency } from '@/data/latency';
import { recentQuotaChanges } from '@/data/quota-changes';
import type { TimeRange } from '@/data/range';
import { readFleetSeries, readGetP99Ms } from '@/data/readings';
import { readServices } from '@/data/services';
import { readTopTenants } from '@/data/top-tenants';
import type { FleetViewer } from '@/data/viewer';
import { type BytesReading, FIGURE_NAMES, type FiguresReading, FLEET_CHARTS, isFleetChart } from './series';

export const RECENT_CHANGES = 5;

export async function readFigures(viewer: FleetViewer, range: TimeRange): Promise<FiguresReading> {
  const spanMs = range.toMs - range.fromMs;
  const before = { ...range, fromMs: range.fromMs - spanMs, toMs: range.fromMs };
  const [reading, p99, previousP99] = await Promise.all([
    readFleetSeries(viewer, FIGURE_NAMES, range),
    readGetP99Ms(viewer, range),
    range.compared ? readGetP99Ms(viewer, before) : undefined,
  ]);
  // Where Prometheus lacks the steps of then, its percentile is one of whatever it has.
  const known = reading.previous?.source === 'prometheus';
  return { ...reading, getP99Ms: p99 ?? null, previousP99Ms: (known ? previousP99 : undefined) ?? null };
}

export async function readBytes(viewer: FleetViewer, range: TimeRange): Promise<BytesReading> {
  const [reading, capacityBytes] = await Promise.all([
    readFleetSeries(viewer, FLEET_CHARTS.bytes, range),
    readCapacityBytes(viewer),
  ]);
  return { ...reading, capacityBytes: capacityBytes ?? null };
}

export async function readChanges(viewer: FleetViewer) {
  const readAtMs = Date.now();
  return { events: await recentQuotaChanges(viewer, RECENT_CHANGES), readAtMs };
}
export type ChangesReading = Awaited<ReturnType<typeof readChanges>>;

/** A block of the overview as its polling handler answers it; undefined for a name that is none. */
export async function readOverviewBlock(
  viewer: FleetViewer,
  block: string,
  range: TimeRange,
): Promise<object | undefined> {
  if (block === 'bytes') return readBytes(viewer, range);
  if (isFleetChart(block)) return readFleetSeries(viewer, FLEET_CHARTS[block], range);
  if (block === 'latency') return readLatency(viewer, range);
  if (block === 'attention') return readAttention(viewer);
  if (block === 'figures') return readFigures(viewer, range);
  if (block === 'top-tenants') return readTopTenants(viewer, range);
  if (block === 'changes') return readChanges(viewer);
  if (block === 'services') return readServices(viewer);
  return undefined;
}
