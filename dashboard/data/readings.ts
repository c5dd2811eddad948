import 'server-only';
import { historyFor } from './history';
import { prometheus, scrapeIntervalMs } from './prometheus';
import { PrometheusError } from './prometheus-client';
import { operationQuantile } from './promql';
import type { TimeRange } from './range';
import type { SeriesName } from './series/names';
import { aligned, previousRange } from './series/previous';
import type { Scope } from './series/prometheus-frame';
import { readSeries, type Sources } from './series/read';
import type { Reading } from './series/source';
import type { FleetViewer, TenantViewer, Viewer } from './viewer';

/** All tenants summed. */
export async function readFleetSeries<Name extends SeriesName>(
  viewer: FleetViewer,
  names: readonly Name[],
  range: TimeRange,
): Promise<Reading<Name>> {
  return compared(await sources(viewer), {}, names, range);
}

/** One tenant, for staff. */
export async function readTenantSeries<Name extends SeriesName>(
  viewer: FleetViewer,
  tenantId: string,
  names: readonly Name[],
  range: TimeRange,
): Promise<Reading<Name>> {
  return compared(await sources(viewer), { tenantId }, names, range);
}

/** The reader's own tenant: it comes from the session, no caller can name another. */
export async function readOwnSeries<Name extends SeriesName>(
  viewer: TenantViewer,
  names: readonly Name[],
  range: TimeRange,
): Promise<Reading<Name>> {
  return compared(await sources(viewer), { tenantId: viewer.tenantId }, names, range);
}

/** Milliseconds that 99 of 100 reads of a tier stayed below; undefined without Prometheus or without reads. */
export async function readGetP99Ms(_viewer: FleetViewer, { fromMs, toMs }: TimeRange): Promise<number | undefined> {
  try {
    const [series] = await prometheus().query(operationQuantile(0.99, 'get', toMs - fromMs), toMs);
    const seconds = series?.points[0]?.[1];
    return seconds === undefined ? undefined : seconds * 1000;
  } catch (error) {
    if (error instanceof PrometheusError) return undefined;
    throw error;
  }
}

/** With the period before, where the reader compares: one more reading on the same grid, from whichever source has it. */
async function compared<Name extends SeriesName>(
  from: Sources,
  scope: Scope,
  names: readonly Name[],
  range: TimeRange,
): Promise<Reading<Name>> {
  const reading = await readSeries(from, scope, names, range);
  if (!range.compared) return reading;
  const { range: before, shiftMs } = previousRange(range, reading.frame);
  const { frame, source } = await readSeries(from, scope, names, before);
  return { ...reading, previous: { ...aligned(reading.frame, frame, names, shiftMs), source: source.kind } };
}

async function sources(viewer: Viewer): Promise<Sources> {
  return {
    prometheus: prometheus(),
    history: historyFor(viewer),
    scrapeIntervalMs: await scrapeIntervalMs(),
    now: Date.now,
  };
}
