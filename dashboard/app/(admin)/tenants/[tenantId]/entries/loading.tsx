import { Skeleton, SkeletonRows } from '@/components/ui/skeleton';
import { PageFrame } from '@/features/navigation/page-frame';

export default function EntriesLoading() {
  return (
    <PageFrame crumbs={[{ label: 'Tenants', href: '/tenants' }, { label: 'Entries' }]}>
      <div className="grid gap-2">
        <h1 className="sr-only">Entries</h1>
        <Skeleton className="h-8 w-[min(480px,80%)]" />
        <Skeleton className="h-4 w-80 max-w-full" />
      </div>
      <SkeletonRows rows={12} label="Entries are loading" />
    </PageFrame>
  );
}
