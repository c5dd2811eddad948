import { Skeleton, SkeletonRows } from '@/components/ui/skeleton';
import { PageFrame } from '@/features/navigation/page-frame';

export default function AuditLoading() {
  return (
    <PageFrame crumbs={[{ label: 'Audit log' }]}>
      <div className="grid gap-2">
        <h1 className="sr-only">Audit log</h1>
        <Skeleton className="h-8 w-[min(480px,80%)]" />
        <Skeleton className="h-4 w-80 max-w-full" />
      </div>
      <SkeletonRows rows={12} label="The audit log is loading" />
    </PageFrame>
  );
}
