import { Skeleton, SkeletonRows } from '@/components/ui/skeleton';
import { StripSkeleton } from '@/features/live/skeletons';
import { PageFrame } from '@/features/navigation/page-frame';

export default function BillingLoading() {
  return (
    <PageFrame crumbs={[{ label: 'Billing' }]}>
      <div className="grid gap-2">
        <h1 className="sr-only">Billing</h1>
        <Skeleton className="h-8 w-[min(520px,80%)]" />
        <Skeleton className="h-4 w-80 max-w-full" />
      </div>
      <StripSkeleton figures={5} label="Totals are loading" />
      <SkeletonRows rows={12} label="Bills are loading" />
    </PageFrame>
  );
}
