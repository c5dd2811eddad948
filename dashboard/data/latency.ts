import 'server-only';
import { prometheus, scrapeIntervalMs } from './prometheus';
import { PrometheusError } from './prometheus-client';
import type { TimeRange } from './range';
import { FrameBuilder } from './series/frame';
import { latencyFrame, PERCENTILES, type Percentile } from './series/latency-frame';
import { SCRAPES_PER_STEP } from './series/prometheus-frame';
import type { Reading, Source } from './series/source';
import type { FleetViewer } from './viewer';

export type LatencyReading = Reading<Percentile>;

/** How long reads of a tier took. Postgres keeps means only, so there is no second source. */
export async function readLatency(_viewer: FleetViewer, asked: TimeRange): Promise<LatencyReading> {
  const readAtMs = Date.now();
  const reading = (source: Source, frame = new FrameBuilder(asked, PERCENTILES).build()): LatencyReading => {
    return { source, frame, readAtMs, asked };
  };
  try {
    const frame = await latencyFrame(prometheus(), asked, SCRAPES_PER_STEP * (await scrapeIntervalMs()));
    return frame ? reading({ kind: 'prometheus' }, frame) : reading({ kind: 'none', reason: 'no-series' });
  } catch (error) {
    if (error instanceof PrometheusError) return reading({ kind: 'none', reason: error.problem });
    throw error;
  }
}
