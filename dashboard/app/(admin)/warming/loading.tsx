import { Skeleton, SkeletonRows } from '@/components/ui/skeleton';
import { PageFrame } from '@/features/navigation/page-frame';

export default function WarmingLoading() {
  return (
    <PageFrame crumbs={[{ label: 'Warming' }]}>
      <div className="grid gap-2">
        <h1 className="sr-only">Warming</h1>
        <Skeleton className="h-8 w-[min(520px,80%)]" />
        <Skeleton className="h-4 w-80 max-w-full" />
      </div>
      <SkeletonRows rows={5} label="Warm-ups are loading" />
      <SkeletonRows rows={10} label="Runs are loading" />
    </PageFrame>
  );
}
