'use client';

import { ExportLink } from '@/components/ui/export-link';
import { PageHead, PageLead } from '@/components/ui/page-head';
import { Pager } from '@/components/ui/pager';
import type { AlertsReading, OwnAlert } from '@/data/alert-schema';
import { useLive } from '@/features/live/live';
import { AlertFilters } from './alert-filters';
import { ownAlertsHeading } from './alert-words';
import { ALERTS_PAGE_SIZE, type AlertsSearch, alertsHref } from './alerts-search';
import { NoAlerts } from './no-alerts';
import { OwnAlertsTable } from './own-alerts-table';

interface OwnAlertsViewProps {
  readonly first: AlertsReading<OwnAlert>;
  readonly search: AlertsSearch;
}

const PATH = '/my/alerts';

/** What a tenant was told of, and is told of now; live. */
export function OwnAlertsView({ first, search }: OwnAlertsViewProps) {
  const { reading, hold } = useLive(alertsHref(search, '/api/my/alerts'), first);
  const { items, total, counts } = reading;
  return (
    <>
      <PageHead
        title={ownAlertsHeading(counts)}
        actions={<ExportLink href={alertsHref({ ...search, page: 1 }, '/api/my/alerts.csv')} />}
      >
        <PageLead>
          {counts.open === 0
            ? 'You are told here when your quota fills, your hit rate falls or entries are not stored.'
            : 'An alert ends by itself when the value is back.'}
        </PageLead>
      </PageHead>
      <section aria-label="Alerts" {...hold}>
        <AlertFilters voice="tenant" />
        {items.length === 0 ? (
          <NoAlerts search={search} total={total} voice="tenant" path={PATH} />
        ) : (
          <>
            <OwnAlertsTable alerts={items} state={search.state} />
            <Pager
              page={search.page}
              pageSize={ALERTS_PAGE_SIZE}
              total={total}
              href={(page) => alertsHref({ ...search, page }, PATH)}
            />
          </>
        )}
      </section>
    </>
  );
}
