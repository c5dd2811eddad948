import { Skeleton } from '@/components/ui/skeleton';

/** Head, legend and plot of a chart whose plot is this high. */
export function ChartSkeleton({ height, label }: { height: number; label: string }) {
  return (
    <div role="status" aria-label={label} className="grid content-start">
      <Skeleton className="mt-1 h-3.5 w-3/5" />
      <Skeleton className="mt-2.5 h-3 w-2/5" />
      <Skeleton className="mt-3.5 mb-2 h-3 w-1/2" />
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
      className="grid grid-cols-2 gap-6 border-y border-border py-3.5 sm:auto-cols-fr sm:grid-flow-col sm:grid-cols-none"
    >
      {Array.from({ length: figures }, (_, index) => (
        // The figures have no identity yet.
        <span key={String(index)} className="grid h-[45px] content-between">
          <Skeleton className="h-3 w-3/5" />
          <Skeleton className="h-6 w-4/5" />
        </span>
      ))}
    </div>
  );
}
