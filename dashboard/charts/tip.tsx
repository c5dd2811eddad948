import type { ReactNode, Ref } from 'react';
import type { ChartColor } from './chart-model';
import type { Box } from './geometry';
import { Key, type KeyMark } from './key';

interface TipProps {
  /** Of the values, in pixels from the left of the plot. */
  readonly x: number;
  readonly box: Box;
  /** Of the whole plot. */
  readonly width: number;
  readonly tipWidth: number;
  readonly top: 'top-4' | 'top-12';
  readonly spoken: boolean;
  readonly ref?: Ref<HTMLDivElement>;
  readonly children: ReactNode;
}

const BESIDE_PX = 10;

/** Line at the values that are read, and the values on the side of it that has room. */
export function Tip({ x, box, width, tipWidth, top, spoken, ref, children }: TipProps) {
  const flip = x + BESIDE_PX + tipWidth > width;
  return (
    <>
      <i
        aria-hidden
        className="pointer-events-none absolute w-px bg-text-muted"
        style={{ left: x, top: box.top, height: box.bottom - box.top }}
      />
      <div
        ref={ref}
        aria-live={spoken ? 'polite' : 'off'}
        className={`pointer-events-none absolute ${top} z-4 min-w-[148px] rounded-2 border border-border-strong bg-bg-raised px-2.5 py-2 text-12 leading-[18px] whitespace-nowrap shadow-raised`}
        style={{ left: Math.max(0, flip ? x - BESIDE_PX - tipWidth : x + BESIDE_PX) }}
      >
        {children}
      </div>
    </>
  );
}

interface TipValueProps {
  readonly name: string;
  readonly value: string;
  readonly mark: KeyMark;
  readonly color: ChartColor;
}

export function TipValue({ name, value, mark, color }: TipValueProps) {
  return (
    <div className="flex items-center gap-1.5">
      <Key mark={mark} color={color} />
      <span>{name}</span>
      <span className="ml-auto pl-3.5 font-medium tabular-nums">{value}</span>
    </div>
  );
}
