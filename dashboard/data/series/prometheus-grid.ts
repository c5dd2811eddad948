import type { PrometheusClient, RangeSeries } from '../prometheus-client';
import { gridTimes, type TimeRange } from '../range';
import { endingOnStep } from './frame-of-rows';

/** The grid of a chart, and how to ask for values on it. */
export interface PrometheusGrid {
  /** Ends on a step: that under way is one of them. */
  readonly range: TimeRange;
  /** How much of the last step has passed, where it is under way. */
  readonly lastStepMs: number | undefined;
  /** One range query, and one of the moment for the step under way; each point stands at the end of its step. */
  readonly ask: (query: (windowMs: number) => string) => Promise<RangeSeries[]>;
}

/**
 * With the step under way a long range counts as much of the present as a short one, whose steps are finer.
 * @param finestMs holds two scrapes: a step that is not as old yet has no growth to show
 */
export function prometheusGrid(client: PrometheusClient, asked: TimeRange, finestMs: number): PrometheusGrid {
  const { toMs, stepMs } = asked;
  const passedMs = toMs % stepMs;
  if (passedMs < finestMs) {
    const firstMs = gridTimes(asked)[0] ?? toMs;
    const ask: PrometheusGrid['ask'] = (query) => client.queryRange(query(stepMs), firstMs, toMs, stepMs);
    return { range: asked, lastStepMs: undefined, ask };
  }
  const range = endingOnStep(asked);
  const firstMs = gridTimes(range)[0] ?? toMs;
  const ask: PrometheusGrid['ask'] = async (query) => {
    const [whole, underWay] = await Promise.all([
      client.queryRange(query(stepMs), firstMs, toMs, stepMs),
      client.query(query(passedMs), toMs),
    ]);
    const atItsEnd = underWay.map(({ labels, points }) => ({
      labels,
      points: points.map(([, value]) => [range.toMs, value] as const),
    }));
    return [...whole, ...atItsEnd];
  };
  return { range, lastStepMs: passedMs, ask };
}
