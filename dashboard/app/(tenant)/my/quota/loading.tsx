import { Skeleton, SkeletonRows } from '@/components/ui/skeleton';
import { PageFrame } from '@/features/navigation/page-frame';

export default function OwnQuotaLoading() {
  return (
    <PageFrame crumbs={[{ label: 'Quota' }]}>
      <div className="grid gap-2">
        <h1 className="sr-only">Quota</h1>
        <Skeleton className="h-8 w-[min(480px,80%)]" />
        <Skeleton className="h-4 w-80 max-w-full" />
      </div>
      <SkeletonRows rows={10} label="Your quota is loading" />
    </PageFrame>
  );
}
