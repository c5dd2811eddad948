'use client';

import { Pencil, Unplug } from 'lucide-react';
import { ButtonLink } from '@/components/ui/button';
import { limitMib } from '@/components/ui/figures';
import { Note } from '@/components/ui/note';
import { PageHead, PageMeta } from '@/components/ui/page-head';
import { StateBadge } from '@/components/ui/state-badge';
import { moment } from '@/components/ui/times';
import { useLive } from '@/features/live/live';
import { tenantHeading } from './consequence';
import type { TenantNow } from './read-tenant-now';

interface TenantHeadProps {
  readonly path: string;
  readonly first: TenantNow;
  readonly canEdit: boolean;
}

const bold = 'font-medium text-text';

export function TenantHead({ path, first, canEdit }: TenantHeadProps) {
  const { reading } = useLive(path, first);
  const { tenant, recordedMs } = reading;
  const { tenantId, name, plan, suspended, quota, usage } = tenant;
  return (
    <>
      <PageHead
        title={tenantHeading(name, usage?.usedBytes, usage?.state, quota)}
        actions={
          canEdit && (
            <ButtonLink variant="primary" href={`/tenants/${tenantId}/quota`} className="max-sm:flex-1">
              <Pencil aria-hidden size={16} strokeWidth={1.75} />
              Edit quota
            </ButtonLink>
          )
        }
      >
        <PageMeta>
          <StateBadge state={usage?.state ?? 'unknown'} />
          <code>{tenantId}</code>
          <span>
            Plan <b className={bold}>{plan}</b>
          </span>
          <span>
            Policy <b className={bold}>{quota.policy}</b>
          </span>
          <span>
            Enforcement <b className={bold}>{quota.enforcement}</b>
          </span>
          <span>
            Overage{' '}
            <b className={bold}>
              {quota.overageAllowed ? `up to ${limitMib(quota.hardLimitBytes - quota.quotaBytes)}` : 'off'}
            </b>
          </span>
          {suspended && <b className={bold}>Suspended</b>}
        </PageMeta>
      </PageHead>
      {recordedMs !== undefined && (
        <Note icon={Unplug} tone="warn" title="The API does not answer, so the quota cannot be changed now">
          {recordedMs === null
            ? 'The quota is from Postgres. No use has been written there yet.'
            : `Use is from Postgres, written by the flush at ${moment(recordedMs)} UTC.`}
        </Note>
      )}
    </>
  );
}
