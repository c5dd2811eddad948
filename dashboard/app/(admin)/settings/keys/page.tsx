import { SearchX } from 'lucide-react';
import type { Metadata } from 'next';
import Link from 'next/link';
import { ButtonLink } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { PageHead } from '@/components/ui/page-head';
import { Pager } from '@/components/ui/pager';
import { countLiveKeys, listApiKeys, mayChangeKeys, readKeyCounts } from '@/data/api-keys';
import { findTenant, listTenants } from '@/data/tenants';
import { type FleetViewer, requireFleetViewer } from '@/data/viewer';
import { countsOf, keysHeading, SOON_MS } from '@/features/keys/key-words';
import { type KeysSearch, keysHref, keysSearch } from '@/features/keys/keys-search';
import { KeysView } from '@/features/keys/keys-view';
import { TenantPicker } from '@/features/keys/tenant-picker';
import { PageFrame } from '@/features/navigation/page-frame';
import { reached } from '@/features/settings/reached';
import { SettingsNav } from '@/features/settings/settings-nav';
import { SettingsTrouble } from '@/features/settings/settings-trouble';
import { createKey, revokeKey, rotateKey } from './actions';

export const metadata: Metadata = { title: 'API keys' };

const PAGE_SIZE = 25;

export default async function KeysPage({ searchParams }: PageProps<'/settings/keys'>) {
  const viewer = await requireFleetViewer();
  const search = await keysSearch(searchParams);
  return (
    <PageFrame crumbs={[{ label: 'Settings', href: '/settings' }, { label: 'API keys' }]}>
      <SettingsNav />
      {search.tenant === '' ? (
        <Choice viewer={viewer} search={search} />
      ) : (
        <KeysOf viewer={viewer} tenantId={search.tenant} page={search.page} />
      )}
    </PageFrame>
  );
}

async function Choice({ viewer, search }: { viewer: FleetViewer; search: KeysSearch }) {
  const query = { search: search.search, sort: 'name', order: 'asc', page: search.page, pageSize: PAGE_SIZE } as const;
  const { data } = await listTenants(viewer, query);
  const liveKeys = await countLiveKeys(
    viewer,
    data.items.map(({ tenantId }) => tenantId),
  ).catch(() => undefined);
  return <TenantPicker found={data} search={search} liveKeys={liveKeys} />;
}

async function KeysOf({ viewer, tenantId, page }: { viewer: FleetViewer; tenantId: string; page: number }) {
  const tenant = (await findTenant(viewer, tenantId))?.data;
  if (!tenant) {
    return (
      <>
        <PageHead title="API keys" />
        <Empty
          icon={SearchX}
          title="There is no tenant of this id"
          actions={<ButtonLink href={keysHref({})}>Choose a tenant</ButtonLink>}
        />
      </>
    );
  }
  const [read, counts] = await Promise.all([
    reached(listApiKeys(viewer, tenantId, { page, pageSize: PAGE_SIZE })),
    readKeyCounts(viewer, tenantId, SOON_MS).catch(() => undefined),
  ]);
  if (read.kind === 'unreachable') return <SettingsTrouble title={`API keys of ${tenant.name}`} why={read.why} />;
  const { items, total } = read.data;
  const nowMs = Date.now();
  const actions = {
    create: createKey.bind(null, tenantId),
    rotate: rotateKey.bind(null, tenantId),
    revoke: revokeKey.bind(null, tenantId),
  };
  return (
    <KeysView
      heading={keysHeading(`${tenant.name} has`, counts ?? countsOf(items, nowMs), total)}
      lead={
        <>
          Programs of this tenant sign in with API keys.{' '}
          <Link href={keysHref({})} className="text-brand underline decoration-1 underline-offset-3">
            Choose another tenant
          </Link>
        </>
      }
      keys={items}
      total={total}
      csvHref={`/api/tenants/${encodeURIComponent(tenantId)}/keys.csv`}
      nowMs={nowMs}
      actions={mayChangeKeys(viewer) ? actions : undefined}
      pager={
        <Pager page={page} pageSize={PAGE_SIZE} total={total} href={(to) => keysHref({ tenant: tenantId, page: to })} />
      }
    />
  );
}
