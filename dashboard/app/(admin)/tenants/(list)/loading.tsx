import { Skeleton, SkeletonRows } from '@/components/ui/skeleton';
import { PageFrame } from '@/features/navigation/page-frame';

export default function TenantsLoading() {
  return (
    <PageFrame crumbs={[{ label: 'Tenants' }]}>
      <div className="grid gap-2">
        <h1 className="sr-only">Tenants</h1>
        <Skeleton className="h-8 w-[min(520px,80%)]" />
        <Skeleton className="h-4 w-64" />
      </div>
      <SkeletonRows rows={12} label="Tenants are loading" />
    </PageFrame>
  );
}
