import { classNames } from './class-names';

/** A grey block that keeps the final size of what is loading; give it width and height by class. */
export function Skeleton({ className }: { className: string }) {
  return <span aria-hidden className={classNames('skeleton-pulse block rounded-1 bg-bg-muted', className)} />;
}

/** Rows of a table while it loads. */
export function SkeletonRows({ rows, label }: { rows: number; label: string }) {
  return (
    <div role="status" aria-label={label}>
      {[...Array(rows).keys()].map((row) => (
        <div key={row} className="grid h-row grid-cols-[2fr_1fr_2fr_1fr] items-center gap-6 border-b border-border">
          <Skeleton className="h-3 w-3/5" />
          <Skeleton className="h-3 w-14" />
          <Skeleton className="h-2 w-full" />
          <Skeleton className="h-3 w-2/3" />
        </div>
      ))}
    </div>
  );
}
