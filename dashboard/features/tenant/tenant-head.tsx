'use client';

import { Database, Pencil, Unplug } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { ButtonLink } from '@/components/ui/button';
import { limitMib } from '@/components/ui/figures';
import { Note } from '@/components/ui/note';
import { PageHead, PageMeta } from '@/components/ui/page-head';
import { StateBadge } from '@/components/ui/state-badge';
import { moment } from '@/components/ui/times';
import { useLive } from '@/features/live/live';
import { useShownTenant } from '@/features/quota/shown-quota';
import { tenantHeading } from './consequence';
import type { TenantNow } from './read-tenant-now';

interface TenantHeadProps {
  readonly path: string;
  readonly first: TenantNow;
  readonly canEdit: boolean;
  /** What else may be done with the tenant, before the buttons of this heading. */
  readonly actions?: ReactNode;
}

const bold = 'font-medium text-text';

export function TenantHead({ path, first, canEdit, actions }: TenantHeadProps) {
  const { reading } = useLive(path, first);
  const { recordedMs } = reading;
  const tenant = useShownTenant(reading.tenant);
  const { tenantId, name, plan, suspended, quota, usage } = tenant;
  return (
    <>
      <PageHead
        title={tenantHeading(name, usage?.usedBytes, usage?.state, quota, suspended)}
        actions={
          <>
            {actions}
            <ButtonLink href={`/tenants/${tenantId}/entries`} className="max-sm:flex-1">
              <Database aria-hidden size={16} strokeWidth={1.75} />
              Entries
            </ButtonLink>
            {canEdit && (
              <ButtonLink variant="primary" href={`/tenants/${tenantId}/quota`} className="max-sm:flex-1">
                <Pencil aria-hidden size={16} strokeWidth={1.75} />
                Edit quota
              </ButtonLink>
            )}
          </>
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
          <Link
            href={`/alerts/rules/${tenantId}`}
            className="underline decoration-1 underline-offset-3 hover:text-text"
          >
            Alert rules
          </Link>
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
