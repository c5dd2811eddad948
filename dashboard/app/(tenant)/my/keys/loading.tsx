import { Skeleton, SkeletonRows } from '@/components/ui/skeleton';
import { PageFrame } from '@/features/navigation/page-frame';

export default function OwnKeysLoading() {
  return (
    <PageFrame crumbs={[{ label: 'API keys' }]}>
      <div className="grid gap-2">
        <h1 className="sr-only">API keys</h1>
        <Skeleton className="h-8 w-[min(480px,80%)]" />
        <Skeleton className="h-4 w-80 max-w-full" />
      </div>
      <SkeletonRows rows={6} label="The API keys are loading" />
    </PageFrame>
  );
}
