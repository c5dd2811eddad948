import Link from 'next/link';
import { Facts } from '@/components/ui/facts';
import { SectionHead } from '@/components/ui/page-head';
import { StateBadge } from '@/components/ui/state-badge';

const LINK = 'text-brand underline decoration-1 underline-offset-3';

/** Where states and alerts begin. States are the server's own, alerts are set for each tenant. */
export function Thresholds() {
  return (
    <section className="max-w-[720px]">
      <SectionHead title="States follow the quota and cannot be set">
        Alerts come at 80, 95 and 100&nbsp;% of the quota, unless a tenant has{' '}
        <Link href="/alerts" className={LINK}>
          rules of its own
        </Link>
        . A quota is set on the page of its tenant, or for all tenants of a{' '}
        <Link href="/settings" className={LINK}>
          plan
        </Link>
        .
      </SectionHead>
      <Facts
        facts={[
          { key: 'warning', name: <StateBadge state="warning" />, value: 'from 80 % of the quota' },
          { key: 'exceeded', name: <StateBadge state="exceeded" />, value: 'above the quota' },
          { key: 'critical', name: <StateBadge state="critical" />, value: 'above quota and overage' },
        ]}
      />
    </section>
  );
}
