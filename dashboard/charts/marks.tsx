import type { Key } from 'react';
import { lonely, type Value } from './gaps';

/** A line shows nothing of a single point; a young installation has few, and each is shown. */
export function dotsFor(values: readonly Value[], color: string, last: number) {
  const alone = lonely(values);
  const few = values.filter((value) => value !== null).length <= 6 && last > 6;
  if (!few && !alone.includes(true)) return false;
  return ({
    cx,
    cy,
    index,
    key,
  }: {
    cx?: number | undefined;
    cy?: number | undefined;
    index?: number | undefined;
    key?: Key | null | undefined;
  }) =>
    (few || alone[index ?? -1]) && cx !== undefined && cy !== undefined && values[index ?? -1] !== null ? (
      <circle key={key} cx={cx} cy={cy} r={2.2} fill={color} />
    ) : (
      <g key={key} />
    );
}

interface BarShape {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly fill?: string | undefined;
  readonly inner: boolean;
  /** Of its step, which ends where the bar is. */
  readonly stepPx: number;
}

/** Leaves room between two steps, and can be seen where they are narrow. */
export function barWidth(stepPx: number): number {
  return Math.max(1.5, Math.min(14, stepPx * 0.74));
}

/** Stands over the middle of its step; parts of a stack are told apart by a hairline. */
export function BarPart({ x, y, width, height, fill, inner, stepPx }: BarShape) {
  if (!(height > 0)) return null;
  const own = Math.min(width, barWidth(stepPx));
  return (
    <rect
      x={x + (width - own - stepPx) / 2}
      y={y}
      width={own}
      height={Math.max(0.75, height - (inner ? 0.75 : 0))}
      fill={fill}
    />
  );
}
