'use client';

import { Webhook } from 'lucide-react';
import { useState } from 'react';
import { ButtonLink } from '@/components/ui/button';
import { ExportLink } from '@/components/ui/export-link';
import { PageHead, PageLead } from '@/components/ui/page-head';
import { Pager } from '@/components/ui/pager';
import type { Alert, AlertsReading } from '@/data/alert-schema';
import { useLive } from '@/features/live/live';
import { type Acknowledge, AcknowledgeDialog } from './acknowledge-dialog';
import { AlertFilters } from './alert-filters';
import { alertsHeading } from './alert-words';
import { ALERTS_PAGE_SIZE, type AlertsSearch, alertsHref } from './alerts-search';
import { AlertsTable } from './alerts-table';
import { NoAlerts } from './no-alerts';

interface AlertsViewProps {
  readonly first: AlertsReading;
  readonly search: AlertsSearch;
  /** Absent for a role that may not. */
  readonly acknowledge?: Acknowledge;
}

/** What is open, worst first, and what was; live. */
export function AlertsView({ first, search, acknowledge }: AlertsViewProps) {
  const { reading, hold } = useLive(alertsHref(search, '/api/alerts'), first);
  const [asked, setAsked] = useState<Alert>();
  const { items, total, counts } = reading;
  return (
    <>
      <PageHead
        title={alertsHeading(counts)}
        actions={
          <>
            <ExportLink href={alertsHref({ ...search, page: 1 }, '/api/alerts.csv')} />
            <ButtonLink href="/settings/webhooks">
              <Webhook aria-hidden size={14} strokeWidth={1.75} />
              Webhooks
            </ButtonLink>
          </>
        }
      >
        <PageLead>Each threshold speaks once per crossing, and again only after use fell below 95 % of it.</PageLead>
      </PageHead>
      <section aria-label="Alerts" {...hold}>
        <AlertFilters voice="operator" />
        {items.length === 0 ? (
          <NoAlerts search={search} total={total} voice="operator" path="/alerts" />
        ) : (
          <>
            <AlertsTable alerts={items} state={search.state} {...(acknowledge && { onAcknowledge: setAsked })} />
            <Pager
              page={search.page}
              pageSize={ALERTS_PAGE_SIZE}
              total={total}
              href={(page) => alertsHref({ ...search, page })}
            />
          </>
        )}
      </section>
      {asked && acknowledge && (
        <AcknowledgeDialog key={asked.id} alert={asked} acknowledge={acknowledge} onClose={() => setAsked(undefined)} />
      )}
    </>
  );
}
