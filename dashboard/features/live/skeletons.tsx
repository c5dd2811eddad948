import { Skeleton } from '@/components/ui/skeleton';

interface ChartSkeletonProps {
  /** Of the plot, in pixels. */
  readonly height: number;
  readonly label: string;
  /** Whose caption needs two lines everywhere, not on small screens only. */
  readonly longCaption?: boolean;
}

/** Head, caption, legend and plot of a chart, as high as they will be. */
export function ChartSkeleton({ height, label, longCaption = false }: ChartSkeletonProps) {
  return (
    <div role="status" aria-label={label} className="grid content-start">
      <Skeleton className="mt-[3px] h-3.5 w-3/5" />
      <Skeleton className={`mt-[5px] h-3 w-2/5 ${longCaption ? 'mb-[15px]' : 'mb-[15px] sm:mb-px'}`} />
      <Skeleton className="mt-[11px] mb-[5px] h-3 w-1/2" />
      <span style={{ height }}>
        <Skeleton className="h-full w-full" />
      </span>
    </div>
  );
}

export function StripSkeleton({ figures, label }: { figures: number; label: string }) {
  return (
    <div
      role="status"
      aria-label={label}
      className="grid grid-cols-2 gap-x-6 border-y border-border sm:auto-cols-fr sm:grid-flow-col sm:grid-cols-none"
    >
      {Array.from({ length: figures }, (_, index) => (
        // The figures have no identity yet.
        <span key={String(index)} className="grid h-[65px] content-between py-2.5 sm:h-[82px] sm:py-3.5">
          <Skeleton className="h-3 w-3/5" />
          <Skeleton className="h-6 w-4/5" />
        </span>
      ))}
    </div>
  );
}
