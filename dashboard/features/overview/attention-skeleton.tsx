import { PageHead, PageLead } from '@/components/ui/page-head';
import { Skeleton } from '@/components/ui/skeleton';
import type { ExpectedAttention } from '@/data/attention';

/** As high as what probably follows: two lines of words and buttons below them on small screens, as in the rows. */
export function AttentionSkeleton({ rows, more }: ExpectedAttention) {
  return (
    <>
      <PageHead title={<span className="block max-sm:h-[2lh]">Overview</span>}>
        <PageLead>
          <span className="flex h-[2lh] items-center sm:h-[1lh]">
            <Skeleton className="h-3.5 w-80 max-w-full" />
          </span>
        </PageLead>
      </PageHead>
      {rows > 0 && (
        <div role="status" aria-label="What needs attention: loading">
          <div className="border-t border-border">
            {[...Array(rows).keys()].map((row) => (
              <div
                key={row}
                className="grid h-[152px] content-center gap-3 border-b border-border sm:h-[68px] sm:grid-cols-[92px_minmax(0,1fr)_184px_96px] sm:items-center sm:gap-4"
              >
                <Skeleton className="h-5 w-20" />
                <Skeleton className="h-3 w-4/5" />
                <Skeleton className="h-3 w-32 justify-self-end max-sm:hidden" />
                <Skeleton className="h-7 w-24" />
              </div>
            ))}
          </div>
          {more && <Skeleton className="mt-3 h-3.5 w-64" />}
        </div>
      )}
    </>
  );
}
