'use client';

import { DatabaseZap, Layers } from 'lucide-react';
import Link from 'next/link';
import { compactText } from '@/charts/number-format';
import { Empty } from '@/components/ui/empty';
import { count, limitMib, mib, mibNumber, percent, shareOfQuota } from '@/components/ui/figures';
import { Note } from '@/components/ui/note';
import { SectionHead } from '@/components/ui/page-head';
import { QuotaBar } from '@/components/ui/quota-bar';
import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
import type { DatasetsReading } from '@/data/shared';
import type { Dataset } from '@/data/shared-schema';
import type { SharedReading, SharedTotals } from '@/data/shared-series';
import { useLive } from '@/features/live/live';
import { limitWords } from './limit-words';
import { hitRatioOf } from './shared-words';

interface DatasetsTableProps {
  readonly path: string;
  readonly first: DatasetsReading;
  readonly seriesPath: string;
  readonly firstSeries: SharedReading;
}

/** Bytes of each dataset against its budget, with what it did in the range. */
export function DatasetsTable({ path, first, seriesPath, firstSeries }: DatasetsTableProps) {
  const { datasets } = useLive(path, first).reading;
  const { byDataset, source } = useLive(seriesPath, firstSeries).reading;
  if (datasets.length === 0) {
    return (
      <Empty icon={Layers} title="No dataset is shared">
        A dataset appears here when <code>createTenantCache</code> names it in its option <code>shared</code>: what all
        tenants read, such as prices, is then loaded once for all of them.
      </Empty>
    );
  }
  return (
    <section aria-label="Datasets">
      <SectionHead title={budgetFinding(datasets)}>
        A dataset evicts its own entries, never those of a tenant.
      </SectionHead>
      {datasets.some(({ usedBytes }) => usedBytes === null) && (
        <div className="mb-3">
          <Note icon={DatabaseZap} tone="warn" title="The shared cache store does not answer">
            Budgets are known, use is not. Memory and loaders answer reads until the store is back.
          </Note>
        </div>
      )}
      <Table caption="Datasets with their use and budget">
        <thead>
          <tr>
            <ColumnHead>Dataset</ColumnHead>
            <ColumnHead figure className="max-md:hidden">
              Used, MiB
            </ColumnHead>
            <ColumnHead figure className="max-sm:hidden">
              Budget, MiB
            </ColumnHead>
            <ColumnHead className="w-[24%] pl-2 sm:pl-5">Of budget</ColumnHead>
            <ColumnHead figure className="max-md:hidden">
              Entries
            </ColumnHead>
            <ColumnHead figure>Hit ratio</ColumnHead>
            <ColumnHead figure className="max-sm:hidden">
              Calls saved
            </ColumnHead>
            <ColumnHead figure className="max-lg:hidden">
              Limit of a tenant
            </ColumnHead>
          </tr>
        </thead>
        <tbody>
          {datasets.map((dataset) => (
            <DatasetRow
              key={dataset.dataset}
              dataset={dataset}
              totals={byDataset[dataset.dataset]}
              recorded={source.kind !== 'none'}
            />
          ))}
        </tbody>
      </Table>
    </section>
  );
}

interface DatasetRowProps {
  readonly dataset: Dataset;
  /** Over the range; undefined where nothing was counted, or nobody knows. */
  readonly totals: SharedTotals | undefined;
  readonly recorded: boolean;
}

function DatasetRow({ dataset: of, totals, recorded }: DatasetRowProps) {
  const { dataset, usedBytes, quotaBytes, entries, policy, rateLimit } = of;
  return (
    <Row>
      <RowHead>
        <Link href={`/shared/${dataset}`} className="font-medium hover:underline hover:underline-offset-3">
          {dataset}
        </Link>
        <code className="block text-12 text-text-muted max-sm:hidden">{policy}</code>
      </RowHead>
      <Cell figure className="max-md:hidden">
        {usedBytes === null ? '–' : mibNumber(usedBytes)}
      </Cell>
      <Cell figure className="text-text-secondary max-sm:hidden">
        {limitMib(quotaBytes).replace(/\u00a0MiB$/, '')}
      </Cell>
      <Cell className="pl-2 sm:pl-5">
        {usedBytes === null ? (
          <span className="text-text-muted">not known</span>
        ) : (
          <span className="grid grid-cols-[minmax(48px,1fr)_44px] items-center gap-2.5 tabular-nums">
            <QuotaBar usedBytes={usedBytes} quotaBytes={quotaBytes} />
            <span className="text-right whitespace-nowrap">{shareOfQuota(usedBytes, quotaBytes)}</span>
          </span>
        )}
      </Cell>
      <Cell figure className="max-md:hidden">
        {entries === null ? '–' : count(entries)}
      </Cell>
      <Cell figure>
        {percent(totals && hitRatioOf(totals)) ?? (
          <span className="text-text-muted">{recorded ? 'no reads' : '–'}</span>
        )}
      </Cell>
      <Cell figure className="max-sm:hidden">
        {totals ? compactText(Math.round(totals.saved)) : '–'}
      </Cell>
      <Cell figure className="text-text-secondary max-lg:hidden">
        {limitWords(rateLimit)}
      </Cell>
    </Row>
  );
}

function budgetFinding(datasets: readonly Dataset[]): string {
  const known = datasets.filter(({ usedBytes }) => usedBytes !== null);
  if (known.length < datasets.length) return 'How much shared data there is is not known';
  const used = known.reduce((all, { usedBytes }) => all + (usedBytes ?? 0), 0);
  const budget = known.reduce((all, { quotaBytes }) => all + quotaBytes, 0);
  return `Shared data takes ${mib(used)}, ${shareOfQuota(used, budget)} of its budget`;
}
