import type { TableColumn } from '@/components/ui/column-table';
import { count, mibNumber } from '@/components/ui/figures';
import type { Statement } from '@/data/statement-schema';
import { mbHoursShort } from '../billing/billing-words';

type Metered = Pick<Statement, 'mbHours' | 'overageMbHours' | 'peakBytes' | 'requests'>;

/** What was metered in a period, as columns of the tables that list periods. */
export const METERED = {
  mbHours: { head: 'MB-hours', figure: true, cell: ({ mbHours }) => mbHoursShort(mbHours) },
  overage: {
    head: 'Above quota',
    figure: true,
    from: 'md',
    quiet: true,
    cell: ({ overageMbHours }) => mbHoursShort(overageMbHours),
  },
  peak: { head: 'Peak, MiB', figure: true, quiet: true, cell: ({ peakBytes }) => mibNumber(peakBytes) },
  requests: { head: 'Requests', figure: true, quiet: true, cell: ({ requests }) => count(requests) },
} as const satisfies Record<string, TableColumn<Metered>>;
