'use client';

import Link from 'next/link';
import { useState } from 'react';
import { compactText, placesFor } from '@/charts/number-format';
import { Sparkline } from '@/charts/sparkline';
import { count, mibNumber, percent, shareOfQuota } from '@/components/ui/figures';
import { nameClass } from '@/components/ui/name-class';
import { number } from '@/components/ui/number';
import { SectionHead } from '@/components/ui/page-head';
import { QuotaBar } from '@/components/ui/quota-bar';
import { Segmented } from '@/components/ui/segmented';
import { StateBadge } from '@/components/ui/state-badge';
import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
import { leadersBy, measure, type TopBy } from '@/data/top-order';
import type { TopTenants as Reading, TopTenant } from '@/data/top-tenants';
import { useLive } from '@/features/live/live';
import { topFinding } from './top-finding';

const MIB = 1_048_576;
const SEGMENTS = [
  { value: 'bytes', label: 'Bytes' },
  { value: 'misses', label: 'Misses' },
  { value: 'evictions', label: 'Evictions' },
  { value: 'growth', label: 'Growth' },
] as const;

const LAST_COLUMN = { bytes: 'Requests/s', misses: 'Misses', evictions: 'Evictions', growth: 'Growth, MiB' };

/** The tenants that weigh most, by bytes, misses, evictions or growth. */
export function TopTenants({ path, first }: { path: string; first: Reading }) {
  const { reading, hold } = useLive(path, first);
  const [by, setBy] = useState<TopBy>('bytes');
  const shown = leadersBy(reading.tenants, by);
  const seconds = Math.max(1, reading.recordedMs / 1000);
  return (
    <section {...hold}>
      <SectionHead
        title={topFinding(reading, shown, by)}
        aside={<Segmented label="Order by" segments={SEGMENTS} value={by} onChange={setBy} />}
      >
        {reading.unnamed &&
          (by === 'misses' || by === 'evictions') &&
          'Tenants beyond Prometheus’ label cap are counted together there, so they are not ranked here.'}
      </SectionHead>
      {shown.length > 0 && (
        <Table caption={`Tenants with most ${by}, most first`}>
          <thead>
            <tr>
              <ColumnHead>Tenant</ColumnHead>
              <ColumnHead className="max-sm:hidden">State</ColumnHead>
              <ColumnHead figure className="max-sm:hidden">
                Used, MiB
              </ColumnHead>
              <ColumnHead figure className="max-md:hidden">
                Quota, MiB
              </ColumnHead>
              <ColumnHead className="w-[22%] pl-2 sm:pl-5">Of quota</ColumnHead>
              <ColumnHead figure>Hit rate</ColumnHead>
              <ColumnHead figure className="max-sm:hidden">
                {LAST_COLUMN[by]}
              </ColumnHead>
            </tr>
          </thead>
          <tbody>
            {shown.map((tenant) => (
              <TenantRow key={tenant.tenantId} tenant={tenant} by={by} seconds={seconds} />
            ))}
          </tbody>
        </Table>
      )}
      <p className="pt-2.5 text-13">
        <Link href="/tenants" className="text-brand underline decoration-1 underline-offset-3">
          All {count(reading.fleetTenants)} tenants
        </Link>
      </p>
    </section>
  );
}

function TenantRow({ tenant, by, seconds }: { tenant: TopTenant; by: TopBy; seconds: number }) {
  const { tenantId, name, state, usedBytes, quotaBytes, requests, hits, misses, hitRatios } = tenant;
  const badge = <StateBadge state={state ?? 'unknown'} />;
  const reads = hits + misses;
  const rate = requests / seconds;
  return (
    <Row>
      <RowHead>
        <span className="grid min-w-0 justify-items-start">
          <Link
            href={`/tenants/${tenantId}`}
            className={nameClass('font-medium hover:underline hover:underline-offset-3')}
            title={name}
          >
            {name}
          </Link>
          {state !== 'ok' && <span className="pt-[3px] sm:hidden">{badge}</span>}
        </span>
      </RowHead>
      <Cell className="max-sm:hidden">{badge}</Cell>
      <Cell figure className="max-sm:hidden">
        {usedBytes === undefined ? '–' : mibNumber(usedBytes)}
      </Cell>
      <Cell figure className="text-text-secondary max-md:hidden">
        {count(quotaBytes / MIB)}
      </Cell>
      <Cell className="pl-2 sm:pl-5">
        {usedBytes === undefined ? (
          <span className="text-text-muted">not known</span>
        ) : (
          <span className="grid grid-cols-[minmax(48px,1fr)_44px] items-center gap-2.5 tabular-nums">
            <QuotaBar usedBytes={usedBytes} quotaBytes={quotaBytes} />
            <span className="text-right whitespace-nowrap">{shareOfQuota(usedBytes, quotaBytes)}</span>
          </span>
        )}
      </Cell>
      <Cell figure>
        {reads < 1 ? (
          <span className="text-text-muted">no requests</span>
        ) : (
          <span className="inline-flex items-center justify-end gap-3">
            <span className="max-sm:hidden">
              <Sparkline values={hitRatios} />
            </span>
            <span className="min-w-12">{percent(Math.min(1, hits / reads))}</span>
          </span>
        )}
      </Cell>
      <Cell figure className="max-sm:hidden">
        {lastFigure(tenant, by, rate)}
      </Cell>
    </Row>
  );
}

function lastFigure(tenant: TopTenant, by: TopBy, requestsPerSecond: number): string {
  if (by === 'bytes') return number(requestsPerSecond, Math.min(1, placesFor(requestsPerSecond)));
  if (by === 'growth') return `+${mibNumber(measure(tenant, by))}`;
  return compactText(Math.round(measure(tenant, by)));
}
