'use client';

import { useLayoutEffect, useRef, useState } from 'react';
import { changesAt } from './changes-at';
import type { ChartMarker, TimeGrid } from './chart-model';
import { type CursorStore, useCursorTime } from './cursor-store';
import { type Box, nearest, timeToX } from './geometry';
import { stamp } from './time-format';
import { Tip, TipValue } from './tip';
import { readValues, type ValueRow } from './value-rows';

interface CursorProps {
  readonly store: CursorStore;
  readonly width: number;
  readonly box: Box;
  readonly grid: TimeGrid;
  readonly rows: readonly ValueRow[];
  readonly markers: readonly ChartMarker[];
  /** Speaks the values: set while the keyboard moves the cursor. */
  readonly spoken: boolean;
}

/** Line at the moment pointed at, its values in the order of the legend, and what changed then. */
export function Cursor({ store, width, box, grid, rows, markers, spoken }: CursorProps) {
  const at = useCursorTime(store);
  const tip = useRef<HTMLDivElement>(null);
  const [tipWidth, setTipWidth] = useState(160);
  const index = at === undefined ? undefined : nearest(grid.times, at);
  const time = index === undefined ? undefined : grid.times[index];

  useLayoutEffect(() => {
    if (time !== undefined && tip.current) setTipWidth(tip.current.offsetWidth);
  }, [time]);

  if (index === undefined || time === undefined || at === undefined) return null;
  if (at < grid.fromMs - grid.stepMs || at > grid.toMs + grid.stepMs) return null;
  const x = Math.min(box.right, timeToX(box, grid, time));
  return (
    <Tip ref={tip} x={x} box={box} width={width} tipWidth={tipWidth} top="top-4" spoken={spoken}>
      <time className="mb-0.5 block text-text-muted">{stamp(time)}</time>
      {readValues(rows, index, grid.covered[index] ?? false).map(({ key, ...value }) => (
        <TipValue key={key} {...value} />
      ))}
      {changesAt(markers, grid.times, index).map(({ key, text }) => (
        <p key={key} className="mt-0.5 max-w-[240px] whitespace-normal text-text-secondary">
          {text}
        </p>
      ))}
    </Tip>
  );
}
