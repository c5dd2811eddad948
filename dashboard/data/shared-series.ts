import 'server-only';
import { prometheus, scrapeIntervalMs } from './prometheus';
import { PrometheusError } from './prometheus-client';
import type { TimeRange } from './range';
import { FrameBuilder } from './series/frame';
import { SCRAPES_PER_STEP } from './series/prometheus-frame';
import {
  SHARED_COUNTERS,
  type SharedCounter,
  type SharedFrame,
  type SharedTotals,
  sharedFrame,
} from './series/shared-frame';
import type { Reading, Source } from './series/source';
import type { FleetViewer } from './viewer';

export type { SharedTotals };

export interface SharedReading extends Reading<SharedCounter> {
  readonly byDataset: SharedFrame['byDataset'];
}

/** What was read of all datasets. Postgres keeps no such samples, so there is no second source. */
export async function readSharedSeries(_viewer: FleetViewer, asked: TimeRange): Promise<SharedReading> {
  const readAtMs = Date.now();
  const reading = (source: Source, found: SharedFrame): SharedReading => {
    return { source, ...found, readAtMs, asked };
  };
  const empty = { frame: new FrameBuilder(asked, SHARED_COUNTERS).build(), byDataset: {} };
  try {
    const found = await sharedFrame(prometheus(), asked, SCRAPES_PER_STEP * (await scrapeIntervalMs()));
    return found ? reading({ kind: 'prometheus' }, found) : reading({ kind: 'none', reason: 'no-series' }, empty);
  } catch (error) {
    if (error instanceof PrometheusError) return reading({ kind: 'none', reason: error.problem }, empty);
    throw error;
  }
}
