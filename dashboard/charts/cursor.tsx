'use client';

import { useLayoutEffect, useRef, useState } from 'react';
import type { TimeGrid } from './chart-model';
import { type CursorStore, useCursorTime } from './cursor-store';
import { type Box, nearest, timeToX } from './geometry';
import { Key } from './key';
import { stamp } from './time-format';
import { readValues, type ValueRow } from './value-rows';

interface CursorProps {
  readonly store: CursorStore;
  readonly width: number;
  readonly box: Box;
  readonly grid: TimeGrid;
  readonly rows: readonly ValueRow[];
  /** Speaks the values: set while the keyboard moves the cursor. */
  readonly spoken: boolean;
}

const BESIDE_PX = 10;

/** Line at the moment pointed at, and its values: all series in the order of the legend. */
export function Cursor({ store, width, box, grid, rows, spoken }: CursorProps) {
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
  const flip = x + BESIDE_PX + tipWidth > width;
  return (
    <>
      <i
        aria-hidden
        className="pointer-events-none absolute w-px bg-text-muted"
        style={{ left: x, top: box.top, height: box.bottom - box.top }}
      />
      <div
        ref={tip}
        aria-live={spoken ? 'polite' : 'off'}
        className="pointer-events-none absolute top-4 z-4 min-w-[148px] rounded-2 border border-border-strong bg-bg-raised px-2.5 py-2 text-12 leading-[18px] whitespace-nowrap shadow-raised"
        style={{ left: Math.max(0, flip ? x - BESIDE_PX - tipWidth : x + BESIDE_PX) }}
      >
        <time className="mb-0.5 block text-text-muted">{stamp(time)}</time>
        {readValues(rows, index, grid.covered[index] ?? false).map(({ key, name, mark, color, value }) => (
          <div key={key} className="flex items-center gap-1.5">
            <Key mark={mark} {...(color && { color })} />
            <span>{name}</span>
            <span className="ml-auto pl-3.5 font-medium tabular-nums">{value}</span>
          </div>
        ))}
      </div>
    </>
  );
}
