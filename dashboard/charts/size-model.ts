import type { ReactNode } from 'react';
import { NO_BREAK_SPACE, number } from '@/components/ui/number';

/** A point of a curve over sizes. */
export interface SizePoint {
  readonly mib: number;
  readonly hitRate: number;
}

/** A point of the curve that has a name. */
export interface NamedPoint extends SizePoint {
  readonly label: string;
}

export interface SizeCurveProps {
  readonly finding: string;
  readonly caption: ReactNode;
  readonly line: readonly SizePoint[];
  /** What the table lists and the arrow keys read. */
  readonly rows: readonly SizePoint[];
  readonly maxMib: number;
  readonly tickMib: readonly number[];
  readonly tickDecimals: number;
  readonly minRate: number;
  /** The limit in force, as a line; its point is on the curve. */
  readonly present: NamedPoint | undefined;
  /** The size worth having. */
  readonly better: NamedPoint | undefined;
  readonly names: { readonly size: string; readonly rate: string; readonly present: string };
  readonly height: number;
}

/** `12`, `6.5`, `0.25`: at most two decimals. */
export function sizeNumber(mib: number): string {
  return number(mib, Number.isInteger(mib) ? 0 : Number.isInteger(mib * 10) ? 1 : 2);
}

export function sizeText(mib: number): string {
  return `${sizeNumber(mib)}${NO_BREAK_SPACE}MiB`;
}
