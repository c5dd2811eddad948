'use client';

import { SearchX, Webhook } from 'lucide-react';
import { ButtonLink } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { ExportLink } from '@/components/ui/export-link';
import { PageHead, PageLead } from '@/components/ui/page-head';
import { Pager } from '@/components/ui/pager';
import { SearchField } from '@/components/ui/search-field';
import type { WebhooksReading } from '@/data/webhook-schema';
import { useLive } from '@/features/live/live';
import { WEBHOOKS_PAGE_SIZE, type WebhooksSearch, webhooksHref } from './deliveries-search';
import { NewWebhook } from './new-webhook';
import type { CreateWebhook } from './webhook-deeds';
import { webhooksHeading } from './webhook-words';
import { WebhooksTable } from './webhooks-table';

interface WebhooksViewProps {
  readonly first: WebhooksReading;
  readonly search: WebhooksSearch;
  /** Absent for a role that may not. */
  readonly create?: CreateWebhook;
}

/** Who is told of alerts, and how the last message went; live. */
export function WebhooksView({ first, search, create }: WebhooksViewProps) {
  const { reading, hold } = useLive(webhooksHref(search, '/api/webhooks'), first);
  const { items, total, counts } = reading;
  return (
    <>
      <PageHead
        title={webhooksHeading(counts)}
        actions={
          <>
            {total > 0 && <ExportLink href={webhooksHref({ ...search, page: 1 }, '/api/webhooks.csv')} />}
            {create && <NewWebhook create={create} tenant={search.tenant} />}
          </>
        }
      >
        <PageLead>
          Each alert is sent as signed JSON and tried again for 24 hours. 20 deliveries given up in a row switch a
          webhook off.
        </PageLead>
      </PageHead>
      <section aria-label="Webhooks" {...hold}>
        {counts.all > 0 && (
          <div className="mb-3 flex flex-wrap items-center gap-2">
            <SearchField name="tenant" label="Filter by tenant, name or id" placeholder="Tenant, name or id" />
          </div>
        )}
        {items.length === 0 ? (
          <NoWebhooks all={counts.all} total={total} tenant={search.tenant} canCreate={create !== undefined} />
        ) : (
          <>
            <WebhooksTable webhooks={items} />
            <Pager
              page={search.page}
              pageSize={WEBHOOKS_PAGE_SIZE}
              total={total}
              href={(page) => webhooksHref({ ...search, page })}
            />
          </>
        )}
      </section>
    </>
  );
}

interface NoWebhooksProps {
  readonly all: number;
  readonly total: number;
  readonly tenant: string;
  readonly canCreate: boolean;
}

function NoWebhooks({ all, total, tenant, canCreate }: NoWebhooksProps) {
  if (all === 0) {
    return (
      <Empty icon={Webhook} title="There is no webhook">
        Alerts are shown on the alerts page and nowhere else.{' '}
        {canCreate
          ? 'Add a webhook to have them sent to a chat, a pager or a service of yours.'
          : 'An admin can add one.'}
      </Empty>
    );
  }
  return (
    <Empty
      icon={SearchX}
      title={total > 0 ? 'This page is beyond the last one' : `No webhook is for a tenant like “${tenant}”`}
      actions={
        <ButtonLink size="small" href="/settings/webhooks">
          Show all webhooks
        </ButtonLink>
      }
    >
      Webhooks of all tenants are not part of a search for one.
    </Empty>
  );
}
