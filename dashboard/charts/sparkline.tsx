import type { Value } from './gaps';
import { sparkPath } from './spark-path';

interface SparklineProps {
  /** Ratios from 0 to 1. */
  readonly values: readonly Value[];
}

/** Decoration beside a figure: 24 points high for a whole column, centred on its own mean. */
export function Sparkline({ values }: SparklineProps) {
  return (
    <svg
      aria-hidden
      viewBox="0 0 84 22"
      preserveAspectRatio="none"
      className="inline-block h-[22px] w-14 overflow-visible align-middle sm:w-[84px]"
    >
      <path
        d={sparkPath(values)}
        fill="none"
        stroke="var(--chart-l1)"
        strokeWidth={1.4}
        strokeLinejoin="round"
        strokeLinecap="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
