import type { PrometheusClient, PrometheusProblem } from '../prometheus-client';
import { PrometheusError } from '../prometheus-client';
import type { TimeRange } from '../range';
import { type Frame, FrameBuilder } from './frame';
import type { SeriesName } from './names';
import { prometheusFrame, type Scope } from './prometheus-frame';
import type { HistoryReason, Reading, Source } from './source';

/** Postgres, behind the reader's own rights. */
export interface History {
  frame<Name extends SeriesName>(
    scope: Scope,
    names: readonly Name[],
    range: TimeRange,
  ): Promise<Frame<Name> | undefined>;
  /** First moment with samples in the range, or undefined. */
  firstMs(scope: Scope, range: TimeRange): Promise<number | undefined>;
}

export interface Sources {
  readonly prometheus: PrometheusClient;
  readonly history: History;
  readonly scrapeIntervalMs: number;
  readonly now: () => number;
}

const CLEARLY_MS = 10 * 60_000;

/**
 * Prometheus where it answers and reaches back far enough, else the samples in Postgres. Never rejects because a source
 * is down: the reading then says so and its frame is empty.
 */
export async function readSeries<Name extends SeriesName>(
  sources: Sources,
  scope: Scope,
  names: readonly Name[],
  asked: TimeRange,
): Promise<Reading<Name>> {
  const { history, now } = sources;
  const reading = (source: Source, frame: Frame<Name>): Reading<Name> => ({ source, frame, readAtMs: now(), asked });
  const live = await fromPrometheus(sources, scope, names, asked);
  if ('frame' in live && live.reason === undefined) return reading({ kind: 'prometheus' }, live.frame);
  const reason = live.reason ?? 'no-series';
  try {
    const frame = await history.frame(scope, names, asked);
    const present = 'frame' in live && reason === 'too-old' ? lastCovered(live.frame) : 0;
    // What happens now matters more than what was: a history that ended long ago does not hide it.
    if (frame && lastCovered(frame) > present - CLEARLY_MS) return reading({ kind: 'postgres', reason }, frame);
  } catch {
    // Postgres is the second source: where it fails too, the first one's answer, or none, is what there is.
  }
  if ('frame' in live) return reading({ kind: 'prometheus' }, live.frame);
  return reading({ kind: 'none', reason }, new FrameBuilder(asked, names).build());
}

type Covered = Pick<Frame, 'times' | 'covered' | 'stepMs'>;

function lastCovered({ times, covered }: Covered): number {
  return times[covered.lastIndexOf(true)] ?? 0;
}

type Live<Name extends string> =
  | { readonly frame: Frame<Name>; readonly reason: HistoryReason | undefined }
  | { readonly reason: HistoryReason };

async function fromPrometheus<Name extends SeriesName>(
  { prometheus, history, scrapeIntervalMs }: Sources,
  scope: Scope,
  names: readonly Name[],
  asked: TimeRange,
): Promise<Live<Name>> {
  try {
    const found = await prometheusFrame(prometheus, scope, names, asked, scrapeIntervalMs);
    if (!found) return { reason: 'no-series' };
    const { frame, known } = found;
    if (!known) return { frame, reason: 'no-series' };
    // By less than a step it begins later where its last one is under way.
    if (frame.fromMs >= asked.fromMs + frame.stepMs && (await reachesBackFurther(history, scope, asked, frame))) {
      return { frame, reason: 'too-old' };
    }
    return { frame, reason: undefined };
  } catch (error) {
    return { reason: problemOf(error) };
  }
}

/** Prometheus has only the end of the range. Is there clearly more in Postgres? */
async function reachesBackFurther(
  history: History,
  scope: Scope,
  asked: TimeRange,
  { times, covered, stepMs }: Covered,
) {
  const first = times[covered.indexOf(true)] ?? asked.toMs;
  const earlier = await history.firstMs(scope, asked).catch(() => undefined);
  return earlier !== undefined && earlier < first - Math.max(CLEARLY_MS, 2 * stepMs);
}

function problemOf(error: unknown): PrometheusProblem {
  if (error instanceof PrometheusError) return error.problem;
  throw error;
}
