import { groupedDecimal, money, roundedDecimal } from '@/components/ui/decimal';
import { counted } from '@/components/ui/figures';
import { NO_BREAK_SPACE, number } from '@/components/ui/number';
import type { BillSum } from '@/data/billing';
import { monthName } from '@/data/billing-month';

const GB = 1_073_741_824;

/** “November 2026 comes to 639.04 USD so far”, “October 2026 came to 100.00 USD and 20.00 EUR”. */
export function billingHeading(month: string, present: boolean, sums: readonly BillSum[]): string {
  const name = monthName(month);
  if (sums.length === 0) return present ? `${name}: no tenant has a period yet` : `Nothing was billed in ${name}`;
  const amounts = sums.flatMap(({ currency, total }) => (currency && total ? [money(total, currency)] : []));
  if (amounts.length === 0) return `${name} was used without prices: nothing is charged`;
  return `${name} ${present ? 'comes' : 'came'} to ${listed(amounts)}${present ? ' so far' : ''}`;
}

/** How much of it is settled and how much still grows. */
export function billingLead(sums: readonly BillSum[]): string {
  const open = sums.reduce((sum, row) => sum + row.open, 0);
  const closed = sums.reduce((sum, row) => sum + row.closed, 0);
  const settled = sums.flatMap(({ currency, closedTotal }) =>
    currency && closedTotal !== null ? [money(closedTotal, currency)] : [],
  );
  const closedWords = `${counted(closed, 'period')} ${closed === 1 ? 'is' : 'are'} closed${settled.length > 0 ? ` with ${listed(settled)}` : ''}`;
  if (open === 0) return closed === 0 ? '' : `${closedWords}. Closed amounts never change.`;
  const openWords = `${counted(open, 'period')} under way ${open === 1 ? 'grows' : 'grow'} until ${open === 1 ? 'it ends' : 'they end'}`;
  return closed === 0 ? `${openWords}.` : `${openWords}; ${closedWords}.`;
}

/** Bytes as GB of 1,073,741,824, as bills count them, with two decimals. */
export function gbNumber(bytes: number): string {
  return number(bytes / GB, 2);
}

/** `4,310.34`: MB-hours for a table; bills keep all six decimals. */
export function mbHoursShort(mbHours: string): string {
  return groupedDecimal(roundedDecimal(mbHours, 2));
}

function listed(parts: readonly string[]): string {
  if (parts.length <= 1) return parts[0] ?? '';
  return `${parts.slice(0, -1).join(', ')} and${NO_BREAK_SPACE}${parts.at(-1) ?? ''}`;
}
