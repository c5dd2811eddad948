import { groupedDecimal, money } from '@/components/ui/decimal';
import { FigureStrip } from '@/components/ui/figure-strip';
import { count, counted } from '@/components/ui/figures';
import { NO_BREAK_SPACE } from '@/components/ui/number';
import type { BillSum } from '@/data/billing';
import { gbNumber, mbHoursShort } from './billing-words';

/** What all tenants' periods of the month come to, one strip for each currency. */
export function BillingFigures({ sums }: { sums: readonly BillSum[] }) {
  return sums.map((sum) => (
    <FigureStrip
      key={sum.currency ?? 'none'}
      label={sum.currency ? `Totals in ${sum.currency}` : 'Totals without prices'}
      figures={[
        {
          key: 'total',
          name: 'Amount',
          value: sum.total === null ? '–' : groupedDecimal(sum.total),
          of: sum.currency,
          detail:
            sum.closedTotal === null ? 'nothing closed yet' : `${money(sum.closedTotal, sum.currency ?? '')} closed`,
        },
        { key: 'periods', name: 'Periods', value: count(sum.open + sum.closed), detail: periodsDetail(sum) },
        {
          key: 'mb',
          name: 'Storage',
          value: mbHoursShort(sum.mbHours),
          of: 'MB-hours',
          detail: `${mbHoursShort(sum.overageMbHours)}${NO_BREAK_SPACE}above quotas`,
        },
        { key: 'requests', name: 'Requests', value: count(sum.requests) },
        { key: 'served', name: 'Served', value: gbNumber(sum.bytesServed), of: 'GB' },
      ]}
    />
  ));
}

function periodsDetail({ open, closed }: BillSum): string {
  const parts = [...(open > 0 ? [`${count(open)} under way`] : []), ...(closed > 0 ? [`${count(closed)} closed`] : [])];
  return parts.join(', ') || counted(0, 'period');
}
