import { Skeleton, SkeletonRows } from '@/components/ui/skeleton';
import { PageFrame } from '@/features/navigation/page-frame';

export default function RulesLoading() {
  return (
    <PageFrame crumbs={[{ label: 'Alerts', href: '/alerts' }, { label: 'Rules' }]}>
      <div className="grid gap-2">
        <h1 className="sr-only">Alert rules</h1>
        <Skeleton className="h-8 w-[min(480px,80%)]" />
        <Skeleton className="h-4 w-80 max-w-full" />
      </div>
      <SkeletonRows rows={8} label="The rules are loading" />
    </PageFrame>
  );
}
