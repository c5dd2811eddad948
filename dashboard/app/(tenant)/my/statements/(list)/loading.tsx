import { Skeleton, SkeletonRows } from '@/components/ui/skeleton';
import { PageFrame } from '@/features/navigation/page-frame';

export default function StatementsLoading() {
  return (
    <PageFrame crumbs={[{ label: 'Statements' }]}>
      <div className="grid gap-2">
        <h1 className="sr-only">Statements</h1>
        <Skeleton className="h-8 w-[min(480px,80%)]" />
        <Skeleton className="h-4 w-80 max-w-full" />
      </div>
      <SkeletonRows rows={7} label="The period under way is loading" />
      <SkeletonRows rows={4} label="Statements are loading" />
    </PageFrame>
  );
}
