import { known, type Value } from './gaps';
import { isPoint, sparkPath } from './spark-path';

interface SparklineProps {
  /** Ratios from 0 to 1. */
  readonly values: readonly Value[];
}

const SIZE = 'inline-block h-[22px] w-14 align-middle sm:w-[84px]';
const UNKNOWN = 'Course not known';

/** Decoration beside a figure: 24 points high for a whole column, centred on its own mean. Without points a dash says so. */
export function Sparkline({ values }: SparklineProps) {
  if (known(values).length === 0) {
    return (
      <span role="img" aria-label={UNKNOWN} title={UNKNOWN} className={`${SIZE} text-center text-text-muted`}>
        –
      </span>
    );
  }
  return (
    <svg aria-hidden viewBox="0 0 84 22" preserveAspectRatio="none" className={`${SIZE} overflow-visible`}>
      <path
        d={sparkPath(values)}
        fill="none"
        stroke="var(--chart-l1)"
        strokeWidth={isPoint(values) ? 4 : 1.4}
        strokeLinejoin="round"
        strokeLinecap="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
