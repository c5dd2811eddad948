'use client';

import { PageHead, PageLead } from '@/components/ui/page-head';
import { QuotaMeter } from '@/components/ui/quota-meter';
import { StateBadge } from '@/components/ui/state-badge';
import type { OwnUsage } from '@/data/own-usage';
import { useLive } from '@/features/live/live';
import { usageHeading, usageLead } from './usage-words';

interface OwnProps {
  readonly path: string;
  readonly first: OwnUsage;
}

export function UsageHead({ path, first }: OwnProps) {
  const { reading } = useLive(path, first);
  return (
    <PageHead title={usageHeading(reading)}>
      <PageLead>{usageLead(reading)}</PageLead>
    </PageHead>
  );
}

export function UsageMeter({ path, first }: OwnProps) {
  const { usedBytes, quotaBytes, hardLimitBytes, state, plan } = useLive(path, first).reading;
  return (
    <div className="grid gap-3">
      <QuotaMeter
        usedBytes={usedBytes ?? 0}
        quotaBytes={quotaBytes}
        hardLimitBytes={hardLimitBytes}
        hardLimitName="Upper limit"
      />
      <p className="flex flex-wrap items-center gap-x-4 text-13 text-text-secondary">
        <StateBadge state={state ?? 'unknown'} />
        <span>
          Plan <b className="font-medium text-text">{plan}</b>
        </span>
      </p>
    </div>
  );
}
