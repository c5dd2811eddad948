'use client';

import { useEffect, useId, useRef, useState } from 'react';
import { Annotations } from './annotations';
import type { ChartLimit, ChartMarker, ChartSeries, TimeGrid } from './chart-model';
import { Cursor } from './cursor';
import { useCursor } from './cursor-store';
import { Drawing } from './drawing';
import { latest } from './gaps';
import { type Box, limitLabels, nearest, peakUnderLabel, plotBox } from './geometry';
import { timeTicks, type ValueAxis } from './ticks';
import { useReading } from './use-reading';
import type { ValueRow } from './value-rows';

export interface TimePlotProps {
  /** The finding in words. */
  readonly label: string;
  readonly height: number;
  readonly grid: TimeGrid;
  readonly series: readonly ChartSeries[];
  readonly limits: readonly ChartLimit[];
  readonly markers: readonly ChartMarker[];
  readonly over?: { readonly series: string; readonly limit: string } | undefined;
  readonly axis: ValueAxis;
  readonly valueTick: (value: number) => string;
  readonly rows: readonly ValueRow[];
}

const PIXELS_PER_TIME_TICK = 72;

/** The plot: takes the width it is given, keeps its height from the first byte on. */
export function TimePlot(props: TimePlotProps) {
  const { label, height, grid, series, limits, markers, over, axis, valueTick, rows } = props;
  const id = useId();
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const cursor = useCursor();
  const box = plotBox(width, height, axis.ticks.map(valueTick), markers.length > 0);

  const { spoken, interaction } = useReading({
    label,
    point: (left) => cursor.move(timeAt(box, grid, left)),
    jump(values) {
      const last = grid.times.length - 1;
      const now = cursor.at();
      const start = now === undefined ? (values < 0 ? last + 1 : last - 1) : (nearest(grid.times, now) ?? last);
      cursor.move(grid.times[Math.max(0, Math.min(last, start + values))]);
    },
    leave: () => cursor.move(undefined),
  });

  return (
    <div ref={frame} className="relative rounded-2" style={{ height }} {...interaction}>
      {width > 0 && (
        <>
          <div aria-hidden className="absolute inset-0">
            <Drawing
              id={id}
              width={width}
              height={height}
              box={box}
              grid={grid}
              series={series}
              limits={limits}
              over={over}
              axis={axis}
              valueTick={valueTick}
              timeTicks={edgeless(
                box,
                grid,
                timeTicks(grid.fromMs, grid.toMs, (box.right - box.left) / PIXELS_PER_TIME_TICK),
              )}
            />
          </div>
          <Annotations
            width={width}
            height={height}
            box={box}
            grid={grid}
            labels={limitLabels(
              box,
              axis.max,
              limits.map(({ key, label: text, values }) => ({
                key,
                label: text,
                last: latest(values),
                peak: peakUnderLabel(box, grid, text, values),
              })),
            )}
            markers={markers}
          />
          <Cursor store={cursor} width={width} box={box} grid={grid} rows={rows} markers={markers} spoken={spoken} />
        </>
      )}
    </div>
  );
}

/** Time ticks keep 12 px from the ends, where their labels would be cut. */
function edgeless<Tick extends { at: number }>(box: Box, grid: TimeGrid, ticks: readonly Tick[]): Tick[] {
  const edge = (12 * (grid.toMs - grid.fromMs)) / Math.max(1, box.right - box.left);
  return ticks.filter(({ at }) => at >= grid.fromMs + edge && at <= grid.toMs - edge);
}

function timeAt(box: Box, grid: TimeGrid, x: number): number | undefined {
  if (x < box.left - 6) return undefined;
  const at = grid.fromMs + ((x - box.left) / (box.right - box.left)) * (grid.toMs - grid.fromMs);
  const index = nearest(grid.times, at);
  return index === undefined ? undefined : grid.times[index];
}

/** The width that an element is given; 0 until it is known. */
export function useWidth(frame: React.RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(Math.round(element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);
  return width;
}
