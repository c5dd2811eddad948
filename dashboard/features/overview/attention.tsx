'use client';

import Link from 'next/link';
import { ButtonLink } from '@/components/ui/button';
import { PageHead, PageLead } from '@/components/ui/page-head';
import { StateBadge } from '@/components/ui/state-badge';
import type { AttentionRow, Attention as Reading } from '@/data/attention';
import { severityOf } from '@/data/attention-rank';
import { useLive } from '@/features/live/live';
import { cause, fleetFinding, fleetLead, othersWords, sinceWords, trouble } from './attention-words';

interface AttentionProps {
  readonly path: string;
  readonly first: Reading;
  readonly canEdit: boolean;
}

/** What needs someone, worst first, each with its cause and one thing to do. */
export function Attention({ path, first, canEdit }: AttentionProps) {
  const { reading, hold } = useLive(path, first);
  const { counts, rows } = reading;
  const others = othersWords(counts, rows);
  return (
    <>
      <PageHead title={fleetFinding(counts)}>
        <PageLead>{counts.tenants === 0 ? 'The first request of a tenant creates it.' : fleetLead(counts)}</PageLead>
      </PageHead>
      {rows.length > 0 && (
        <section aria-label="Needs attention" {...hold}>
          <ul className="border-t border-border">
            {rows.map((row) => (
              <Row key={row.tenantId} row={row} canEdit={canEdit} />
            ))}
          </ul>
          {others !== '' && (
            <p className="pt-2.5 text-13 text-text-secondary">
              <Link href="/tenants" className="text-brand underline decoration-1 underline-offset-3">
                {others}
              </Link>
            </p>
          )}
        </section>
      )}
    </>
  );
}

function Row({ row, canEdit }: { row: AttentionRow; canEdit: boolean }) {
  const { tenantId, name } = row;
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-0.5 border-b border-border py-3 sm:grid-cols-[92px_minmax(0,1fr)_184px_96px] sm:py-[11px]">
      <span className="justify-self-start">
        <StateBadge state={severityOf(row)} />
      </span>
      <div className="max-sm:col-span-full max-sm:row-start-2 max-sm:mt-1">
        <div className="font-medium">
          <Link href={`/tenants/${tenantId}`} className="hover:underline hover:underline-offset-3">
            {name}
          </Link>{' '}
          {trouble(row)}
        </div>
        <div className="text-13 text-text-secondary">{cause(row)}</div>
      </div>
      <span className="text-right text-13 whitespace-nowrap text-text-muted max-sm:col-start-2 max-sm:row-start-1">
        {sinceWords(row)}
      </span>
      <span className="max-sm:col-span-full max-sm:mt-1.5 max-sm:justify-self-start">
        {canEdit ? (
          <ButtonLink
            size="small"
            href={`/tenants/${tenantId}/quota`}
            className="sm:w-full"
            aria-label={`Edit quota of ${name}`}
          >
            Edit quota
          </ButtonLink>
        ) : (
          <ButtonLink size="small" href={`/tenants/${tenantId}`} className="sm:w-full" aria-label={`See why: ${name}`}>
            See why
          </ButtonLink>
        )}
      </span>
    </li>
  );
}
