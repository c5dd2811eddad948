interface ProgressBarProps {
  readonly label: string;
  /** 0 to 1; undefined while it is not known how much there is. */
  readonly share: number | undefined;
  /** What is said of it, such as “37 of 100”. */
  readonly text: string;
}

/** How far something is. The words stand beside it: the bar alone says nothing to who cannot see it. */
export function ProgressBar({ label, share, text }: ProgressBarProps) {
  return (
    <span
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(share !== undefined && { 'aria-valuenow': Math.round(share * 100) })}
      aria-valuetext={text}
      className="relative block h-2 w-full min-w-12 overflow-hidden rounded-1 bg-bg-muted"
    >
      <i className="absolute inset-y-0 left-0 rounded-1 bg-chart-used" style={{ width: `${(share ?? 0) * 100}%` }} />
    </span>
  );
}
