import { Pencil } from 'lucide-react';
import Link from 'next/link';
import { ButtonLink } from '@/components/ui/button';
import { count, mibNumber, shareOfQuota } from '@/components/ui/figures';
import { nameClass } from '@/components/ui/name-class';
import { NO_BREAK_SPACE } from '@/components/ui/number';
import { QuotaBar } from '@/components/ui/quota-bar';
import { StateBadge } from '@/components/ui/state-badge';
import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
import { moment } from '@/components/ui/times';
import type { ActiveTenant } from '@/data/tenants-reading';
import { HitRateCell } from './hit-rate-cell';
import { SortHead } from './sort-head';
import type { TenantsSearch } from './tenants-search';

interface TenantsTableProps {
  tenants: readonly ActiveTenant[];
  search: TenantsSearch;
  canEdit: boolean;
  href: (search: TenantsSearch) => string;
}

const FAR_DAYS = 90;
const SORT_WORDS = {
  name: 'name',
  quota: 'quota',
  usage: 'bytes in use',
  share: 'use as a share of the quota',
  changed: 'last change',
};

export function TenantsTable({ tenants, search, canEdit, href }: TenantsTableProps) {
  const order = search.order === 'asc' ? 'ascending' : 'descending';
  return (
    <Table caption={`Tenants, sorted by ${SORT_WORDS[search.sort]}, ${order}`}>
      <thead>
        <tr>
          <SortHead label="Tenant" by="name" search={search} href={href} />
          <ColumnHead className="max-sm:hidden">State</ColumnHead>
          <SortHead label="Used, MiB" by="usage" search={search} href={href} figure className="max-md:hidden" />
          <SortHead label="Quota, MiB" by="quota" search={search} href={href} figure className="max-sm:hidden" />
          <SortHead label="Of quota" by="share" search={search} href={href} className="w-[19%] pl-2 sm:pl-5" />
          <ColumnHead figure className="max-sm:pr-0 sm:pl-5">
            Hit rate
          </ColumnHead>
          <ColumnHead figure className="max-md:hidden">
            Full in
          </ColumnHead>
          <ColumnHead className="pl-5 max-lg:hidden">Policy</ColumnHead>
          <SortHead label="Changed, UTC" by="changed" search={search} href={href} figure className="max-lg:hidden" />
          {canEdit && (
            <ColumnHead className="max-sm:hidden">
              <span className="sr-only">Actions</span>
            </ColumnHead>
          )}
        </tr>
      </thead>
      <tbody>
        {tenants.map((tenant) => (
          <TenantRow key={tenant.tenantId} tenant={tenant} canEdit={canEdit} />
        ))}
      </tbody>
    </Table>
  );
}

/** Days until the limit in force; a dash where no growth is known. */
function fullIn({ daysToFull, usage, quota }: ActiveTenant): string {
  if (usage && usage.usedBytes > quota.quotaBytes) return 'over';
  if (daysToFull === null) return '–';
  if (daysToFull === 0) return 'full';
  return daysToFull > FAR_DAYS
    ? `>${NO_BREAK_SPACE}${FAR_DAYS}${NO_BREAK_SPACE}d`
    : `${Math.max(1, Math.round(daysToFull))}${NO_BREAK_SPACE}d`;
}

function TenantRow({ tenant, canEdit }: { tenant: ActiveTenant; canEdit: boolean }) {
  const { tenantId, name, quota, usage, changedAt } = tenant;
  const href = `/tenants/${tenantId}`;
  const state = <StateBadge state={usage?.state ?? 'unknown'} />;
  return (
    <Row>
      <RowHead>
        <span className="grid min-w-0 justify-items-start">
          <Link href={href} className={nameClass('font-medium hover:underline hover:underline-offset-3')} title={name}>
            {name}
          </Link>
          <code className="text-12 text-text-muted max-sm:hidden">{tenantId}</code>
          <span className="pt-[3px] sm:hidden">{state}</span>
        </span>
      </RowHead>
      <Cell className="max-sm:hidden">
        {state}
        {tenant.suspended && <span className="pl-2 text-12 text-text-secondary">suspended</span>}
      </Cell>
      <Cell figure className="max-md:hidden">
        {usage ? mibNumber(usage.usedBytes) : '–'}
      </Cell>
      <Cell figure className="text-text-secondary max-sm:hidden">
        {count(quota.quotaMb)}
      </Cell>
      <Cell className="pl-2 sm:pl-5">
        {usage ? (
          <span className="grid grid-cols-[minmax(48px,1fr)_44px] items-center gap-2.5 tabular-nums">
            <QuotaBar usedBytes={usage.usedBytes} quotaBytes={quota.quotaBytes} />
            <span className="text-right whitespace-nowrap">{shareOfQuota(usage.usedBytes, quota.quotaBytes)}</span>
          </span>
        ) : (
          <span className="text-text-muted">not known</span>
        )}
      </Cell>
      <Cell figure className="max-sm:pr-0 sm:pl-5">
        <HitRateCell tenant={tenant} />
      </Cell>
      <Cell figure className="text-text-secondary max-md:hidden">
        {fullIn(tenant)}
      </Cell>
      <Cell className="pl-5 whitespace-nowrap text-text-secondary max-lg:hidden">
        <code>{quota.policy}</code>
        {quota.enforcement !== 'hard' && ` ${quota.enforcement}`}
      </Cell>
      <Cell figure className="text-text-secondary max-lg:hidden">
        <time dateTime={changedAt}>{moment(changedAt)}</time>
      </Cell>
      {canEdit && (
        <Cell figure className="max-sm:hidden">
          <ButtonLink
            variant="quiet"
            size="small-icon"
            href={`${href}/quota`}
            aria-label={`Edit the quota of ${name}`}
            title="Edit quota"
          >
            <Pencil aria-hidden size={14} strokeWidth={1.75} />
          </ButtonLink>
        </Cell>
      )}
    </Row>
  );
}
