import { groupedDecimal } from '@/components/ui/decimal';
import { ExportLink } from '@/components/ui/export-link';
import { type Fact, Facts } from '@/components/ui/facts';
import { count, limitMib, mib } from '@/components/ui/figures';
import { PageHead, PageMeta, SectionHead } from '@/components/ui/page-head';
import { isOpen, type Statement } from '@/data/statement-schema';
import { BillFormula } from './bill-formula';
import { BillTable } from './bill-table';
import { BilledUnits } from './billed-units';
import { PeriodState } from './period-state';
import { PrintButton } from './print-button';
import { momentUtc, periodWords, statementHeading } from './statement-words';

interface StatementViewProps {
  readonly statement: Statement;
  /** Name of the tenant that it is for. */
  readonly name: string;
  readonly csvHref: string;
}

/** One statement, the same for staff and for the tenant whose it is. */
export function StatementView({ statement, name, csvHref }: StatementViewProps) {
  const { bill, tenantId } = statement;
  return (
    <>
      <PageHead
        title={statementHeading(statement)}
        actions={
          <span className="flex gap-2 print:hidden">
            <PrintButton />
            <ExportLink href={csvHref} />
          </span>
        }
      >
        <PageMeta>
          <PeriodState open={isOpen(statement)} />
          <span>
            For <b className="font-medium text-text">{name}</b>
          </span>
          <code>{tenantId}</code>
          {bill && (
            <span>
              Plan <b className="font-medium text-text">{bill.plan}</b>
            </span>
          )}
        </PageMeta>
      </PageHead>
      {bill ? (
        <>
          <section>
            <SectionHead title="What is charged for">
              {isOpen(statement)
                ? 'As if the period were closed now, by the plan of now; the base price is of the whole period'
                : 'By the prices of the plan as of the close'}
            </SectionHead>
            <BillTable bill={bill} caption={`Lines of the statement of ${periodWords(statement)}`} />
          </section>
          <section>
            <SectionHead title="How the amounts are made" />
            <BillFormula bill={bill} />
          </section>
        </>
      ) : (
        <p className="text-text-secondary">The period was closed before plans had prices. Its figures are below.</p>
      )}
      <BilledUnits />
      <section className="break-inside-avoid">
        <SectionHead title="What was metered and counted" />
        <div className="lg:max-w-[640px]">
          <Facts facts={factsOf(statement)} />
        </div>
      </section>
    </>
  );
}

function factsOf(statement: Statement): Fact[] {
  const { quotaBytes, peakBytes, mbHours, overageMbHours, timesExceeded, requests, bytesServed, bytesWritten } =
    statement;
  return [
    { key: 'start', name: 'Period begins', value: momentUtc(statement.periodStart) },
    { key: 'end', name: 'Period ends, not included', value: momentUtc(statement.periodEnd) },
    isOpen(statement)
      ? { key: 'asOf', name: 'Meters last read', value: momentUtc(statement.asOf) }
      : { key: 'closed', name: 'Closed', value: momentUtc(statement.closedAt) },
    { key: 'quota', name: isOpen(statement) ? 'Quota' : 'Quota at the close', value: limitMib(quotaBytes) },
    { key: 'peak', name: 'Greatest use', value: mib(peakBytes) },
    { key: 'mb', name: 'Storage', value: `${groupedDecimal(mbHours)} MB-hours` },
    { key: 'over', name: 'Storage above the quota', value: `${groupedDecimal(overageMbHours)} MB-hours` },
    { key: 'exceeded', name: 'Times the quota was exceeded', value: count(timesExceeded) },
    { key: 'requests', name: 'Requests', value: count(requests) },
    { key: 'served', name: 'Bytes served', value: count(bytesServed) },
    { key: 'written', name: 'Bytes written', value: count(bytesWritten) },
  ];
}
