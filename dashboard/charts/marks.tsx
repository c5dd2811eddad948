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
  readonly half: number;
}

/** Stands over the middle of its step; parts of a stack are told apart by a hairline. */
export function BarPart({ x, y, width, height, fill, inner, half }: BarShape) {
  if (!(height > 0)) return null;
  return <rect x={x - half} y={y} width={width} height={Math.max(0.75, height - (inner ? 0.75 : 0))} fill={fill} />;
}
