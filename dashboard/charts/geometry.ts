import type { TimeGrid } from './chart-model';
import { gaps, type Span, type Value } from './gaps';

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Of the words in a plot, on average. */
export const CHARACTER_PX = 6.1;
const AXIS_PX = 22;

/** The plot inside a chart of this size: room for the longest tick at the left, for flags above, for times below. */
export function plotBox(width: number, height: number, ticks: readonly string[], flags: boolean): Box {
  const longest = Math.max(0, ...ticks.map((tick) => tick.length));
  return {
    left: Math.round(longest * CHARACTER_PX) + 10,
    right: width - 4,
    top: flags ? 24 : 8,
    bottom: height - AXIS_PX,
  };
}

export function timeToX(box: Box, { fromMs, toMs }: TimeGrid, at: number): number {
  return box.left + ((box.right - box.left) * (at - fromMs)) / (toMs - fromMs);
}

export function valueToY(box: Box, max: number, value: number): number {
  return box.bottom - ((box.bottom - box.top) * value) / max;
}

/** Index of the point whose time is nearest, or undefined for an empty grid. */
export function nearest(times: readonly number[], at: number): number | undefined {
  let best: number | undefined;
  for (const [index, time] of times.entries()) {
    if (best === undefined || Math.abs(time - at) < Math.abs((times[best] ?? 0) - at)) best = index;
  }
  return best;
}

export function gridGaps({ times, covered, toMs, stepMs }: TimeGrid): Span[] {
  return gaps(times, covered, toMs, stepMs);
}

export interface LimitLabel {
  readonly key: string;
  readonly text: string;
  readonly y: number;
}

const LABEL_PX = 13;

/** The greatest value that a line has beneath its label, which ends at the right of the plot. */
export function peakUnderLabel(box: Box, grid: TimeGrid, label: string, values: readonly Value[]): Value {
  const from = box.right - label.length * CHARACTER_PX;
  let peak: Value = null;
  for (const [index, value] of values.entries()) {
    // A step runs on to the next point, so the one left of the label counts where it reaches under it.
    const end = grid.times[index + 1] ?? grid.toMs;
    if (value !== null && timeToX(box, grid, end) >= from) peak = Math.max(peak ?? value, value);
  }
  return peak;
}

/**
 * Labels sit above the end of their lines. Where that leaves the plot or meets a label above, the label goes below its
 * line; lines that nearly coincide keep only the upper label.
 */
export function limitLabels(
  box: Box,
  max: number,
  limits: readonly { key: string; label: string; last: Value; peak?: Value }[],
): LimitLabel[] {
  const lines = limits
    .filter((limit): limit is typeof limit & { last: number } => limit.last !== null)
    .map(({ key, label, last, peak }) => ({
      key,
      text: label,
      line: valueToY(box, max, last),
      top: valueToY(box, max, peak ?? last),
    }))
    .sort((a, b) => a.line - b.line);
  const placed: LimitLabel[] = [];
  for (const { key, text, line, top } of lines) {
    const above = top - 6;
    const below = line + 14;
    const free = (y: number) =>
      y - 9 >= box.top - 6 && y <= box.bottom && placed.every((other) => Math.abs(other.y - y) >= LABEL_PX);
    const y = [above, below].find(free);
    if (y !== undefined) placed.push({ key, text, y });
  }
  return placed;
}
