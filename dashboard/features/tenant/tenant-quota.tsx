'use client';

import { limitMib, mib, shareOfQuota } from '@/components/ui/figures';
import { QuotaMeter } from '@/components/ui/quota-meter';
import { useLive } from '@/features/live/live';
import { useShownTenant } from '@/features/quota/shown-quota';
import { consequence, SUSPENDED } from './consequence';
import type { TenantNow } from './read-tenant-now';

/** The one figure of the page, what it means for the next write, and the meter. */
export function TenantQuota({ path, first }: { path: string; first: TenantNow }) {
  const { quota, usage, suspended } = useShownTenant(useLive(path, first).reading.tenant);
  return (
    <div>
      <p className="text-32 font-semibold tracking-[-0.03em] tabular-nums">
        {usage ? mib(usage.usedBytes) : 'Not known'}{' '}
        <small className="text-15 font-regular tracking-normal text-text-secondary">
          of {limitMib(quota.quotaBytes)}
          {usage && `, ${shareOfQuota(usage.usedBytes, quota.quotaBytes)}`}
        </small>
      </p>
      <p className="mt-1 mb-4 text-pretty text-text-secondary">
        {suspended ? SUSPENDED : consequence(usage?.usedBytes, usage?.state, quota)}
      </p>
      {usage && (
        <QuotaMeter usedBytes={usage.usedBytes} quotaBytes={quota.quotaBytes} hardLimitBytes={quota.hardLimitBytes} />
      )}
    </div>
  );
}
