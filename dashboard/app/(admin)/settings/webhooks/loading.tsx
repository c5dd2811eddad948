import { Skeleton, SkeletonRows } from '@/components/ui/skeleton';
import { PageFrame } from '@/features/navigation/page-frame';
import { SettingsNav } from '@/features/settings/settings-nav';

export default function WebhooksLoading() {
  return (
    <PageFrame crumbs={[{ label: 'Settings', href: '/settings' }, { label: 'Webhooks' }]}>
      <SettingsNav />
      <div className="grid gap-2">
        <h1 className="sr-only">Webhooks</h1>
        <Skeleton className="h-8 w-[min(480px,80%)]" />
        <Skeleton className="h-4 w-80 max-w-full" />
      </div>
      <SkeletonRows rows={6} label="The webhooks are loading" />
    </PageFrame>
  );
}
