import { Lock } from 'lucide-react';
import type { Metadata } from 'next';
import { Empty } from '@/components/ui/empty';
import { PageHead } from '@/components/ui/page-head';
import { Pager } from '@/components/ui/pager';
import { listApiKeys, mayChangeKeys, readKeyCounts } from '@/data/api-keys';
import { requireTenantViewer } from '@/data/viewer';
import { countsOf, keysHeading, SOON_MS } from '@/features/keys/key-words';
import { KeysView } from '@/features/keys/keys-view';
import { PageFrame } from '@/features/navigation/page-frame';
import { pageHref, pageOf } from '@/features/settings/page-search';
import { reached } from '@/features/settings/reached';
import { SettingsTrouble } from '@/features/settings/settings-trouble';
import { createOwnKey, revokeOwnKey, rotateOwnKey } from './actions';

export const metadata: Metadata = { title: 'API keys' };

const PAGE_SIZE = 25;
const CRUMBS = [{ label: 'API keys' }];

export default async function OwnKeysPage({ searchParams }: PageProps<'/my/keys'>) {
  const viewer = await requireTenantViewer();
  if (!mayChangeKeys(viewer)) {
    return (
      <PageFrame crumbs={CRUMBS}>
        <PageHead title="Only tenant admins see API keys" />
        <Empty icon={Lock} title="Your role reads usage, not keys">
          Who has a key acts for the whole tenant. Ask an admin of your tenant for one.
        </Empty>
      </PageFrame>
    );
  }
  const page = await pageOf(searchParams);
  const nowMs = Date.now();
  const [read, counts] = await Promise.all([
    reached(listApiKeys(viewer, viewer.tenantId, { page, pageSize: PAGE_SIZE })),
    readKeyCounts(viewer, viewer.tenantId, SOON_MS).catch(() => undefined),
  ]);
  return (
    <PageFrame crumbs={CRUMBS}>
      {read.kind === 'unreachable' ? (
        <SettingsTrouble title="API keys" why={read.why} />
      ) : (
        <KeysView
          heading={keysHeading('You have', counts ?? countsOf(read.data.items, nowMs), read.data.total)}
          lead="Your programs sign in with API keys. Revoke a key that you do not know, or that somebody may have seen."
          keys={read.data.items}
          total={read.data.total}
          csvHref="/api/my/keys.csv"
          nowMs={nowMs}
          actions={{ create: createOwnKey, rotate: rotateOwnKey, revoke: revokeOwnKey }}
          pager={
            <Pager page={page} pageSize={PAGE_SIZE} total={read.data.total} href={(to) => pageHref('/my/keys', to)} />
          }
        />
      )}
    </PageFrame>
  );
}
