import { CircleDashed, Unplug } from 'lucide-react';
import { Empty } from '@/components/ui/empty';
import { ExportLink } from '@/components/ui/export-link';
import { limitMib, mibNumber, shareOfQuota } from '@/components/ui/figures';
import { SectionHead } from '@/components/ui/page-head';
import { Pager } from '@/components/ui/pager';
import { StateBadge } from '@/components/ui/state-badge';
import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
import { clock, day } from '@/components/ui/times';
import type { Crossings } from '@/data/crossings';
import { crossingsFinding } from './own-words';

interface CrossingsTableProps {
  readonly crossings: Crossings | undefined;
  readonly page: number;
  readonly pageSize: number;
  readonly href: (page: number) => string;
}

/** When the use passed 80 %, the quota or the upper limit, and when it came back. */
export function CrossingsTable({ crossings, page, pageSize, href }: CrossingsTableProps) {
  if (crossings === undefined) {
    return (
      <section>
        <SectionHead title="Thresholds that you passed" />
        <Empty icon={Unplug} title="The service does not answer just now">
          Your cache goes on. Reload to try again.
        </Empty>
      </section>
    );
  }
  const { items, total } = crossings;
  return (
    <section>
      <SectionHead
        title={crossingsFinding(crossings, page)}
        aside={total > 0 && <ExportLink href="/api/my/crossings.csv" size="small" />}
      >
        Thresholds are 80 % of the quota, the quota, and the upper limit
      </SectionHead>
      {items.length === 0 ? (
        <Empty
          icon={CircleDashed}
          title={total === 0 ? 'You never passed a threshold' : 'This page is beyond the last one'}
        >
          {total === 0 ? 'Your use stayed below 80 % of your quota for as long as it was recorded.' : undefined}
        </Empty>
      ) : (
        <Table caption="Thresholds passed, newest first, times in UTC">
          <thead>
            <tr>
              <ColumnHead aria-sort="descending">Time, UTC</ColumnHead>
              <ColumnHead>State from then on</ColumnHead>
              <ColumnHead figure>In use, MiB</ColumnHead>
              <ColumnHead figure className="max-sm:hidden">
                Of the quota
              </ColumnHead>
              <ColumnHead figure className="max-sm:hidden">
                Upper limit, MiB
              </ColumnHead>
            </tr>
          </thead>
          <tbody>
            {items.map(({ at, to, usedBytes, quotaBytes, hardLimitBytes }) => (
              <Row key={at}>
                <RowHead className="whitespace-nowrap text-text-secondary">
                  <time dateTime={at}>
                    {day(at)}, {clock(at)}
                  </time>
                </RowHead>
                <Cell>
                  <StateBadge state={to} />
                </Cell>
                <Cell figure>{mibNumber(usedBytes)}</Cell>
                <Cell figure className="max-sm:hidden">
                  {shareOfQuota(usedBytes, quotaBytes)}
                </Cell>
                <Cell figure className="max-sm:hidden">
                  {limitMib(hardLimitBytes).replace(/\u00a0MiB$/, '')}
                </Cell>
              </Row>
            ))}
          </tbody>
        </Table>
      )}
      {total > 0 && items.length > 0 && (
        <Pager page={page} pageSize={pageSize} total={total} words={['Newer', 'Older']} href={href} />
      )}
    </section>
  );
}
