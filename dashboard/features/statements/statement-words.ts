import { groupedDecimal, money, sumOfDecimals } from '@/components/ui/decimal';
import { NO_BREAK_SPACE } from '@/components/ui/number';
import type { Bill, BillLine, Statement } from '@/data/statement-schema';
import { isOpen } from '@/data/statement-schema';

export const ITEM_NAMES: Record<BillLine['item'], string> = {
  base: 'Base price',
  storage: 'Storage',
  overage: 'Storage above the quota',
  requests: 'Requests',
  traffic: 'Bytes served',
};

const UNIT_NAMES: Record<BillLine['unit'], string> = {
  period: 'period',
  'MB-hour': 'MB-hours',
  'million requests': 'million requests',
  GB: 'GB',
};

/** `4,310.343001 MB-hours`, `1 period`: all that the bill has, without zeros at the end. */
export function quantity(decimal: string, unit: BillLine['unit']): string {
  return `${groupedDecimal(decimal, 0)}${NO_BREAK_SPACE}${UNIT_NAMES[unit]}`;
}

/** A line as a sum: “(4,310.343001 − 3,000 included) × 0.012 USD = 15.72 USD”. */
export function lineFormula(line: BillLine, currency: string): string {
  const price = `${groupedDecimal(line.unitPrice)}${NO_BREAK_SPACE}${currency}`;
  const amount = money(line.amount, currency);
  if (line.item === 'base') return `1${NO_BREAK_SPACE}period × ${price} = ${amount}`;
  const included = groupedDecimal(line.included, 0);
  const used = quantity(line.quantity, line.unit);
  if (included === '0') return `${used} × ${price} = ${amount}`;
  if (isZero(line.billable)) return `${used} are within the ${included} included = ${amount}`;
  return `(${groupedDecimal(line.quantity, 0)} − ${included} included) ${UNIT_NAMES[line.unit]} × ${price} = ${amount}`;
}

/** “149.00 + 15.72 = 164.72 USD”; lines without an amount are left out. */
export function totalFormula({ lines, total, currency }: Bill): string {
  const amounts = lines.filter(({ amount }) => !isZero(amount)).map(({ amount }) => groupedDecimal(amount));
  return amounts.length < 2 ? money(total, currency) : `${amounts.join(' + ')} = ${money(total, currency)}`;
}

/** Whether the lines come to the total, to the last decimal. */
export function addsUp({ lines, total }: Pick<Bill, 'lines' | 'total'>): boolean {
  const least = (decimal: string) => groupedDecimal(decimal, 0);
  return least(sumOfDecimals(lines.map(({ amount }) => amount))) === least(total);
}

/** “1 – 30 Nov 2026 came to 76.36 USD”; the period under way has come to it so far. */
export function statementHeading(statement: Statement): string {
  const span = periodWords(statement);
  const { bill } = statement;
  if (bill === null) return `${span}: nothing was charged for`;
  const amount = money(bill.total, bill.currency);
  return isOpen(statement) ? `${span} has come to ${amount} so far` : `${span} came to ${amount}`;
}

const DAY = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' });

/** `1 Nov 2026 – 30 Nov 2026`: first and last UTC day, for a period that ends at midnight ended the day before. */
export function periodWords({ periodStart, periodEnd }: Pick<Statement, 'periodStart' | 'periodEnd'>): string {
  const first = DAY.format(new Date(periodStart));
  const last = DAY.format(new Date(Date.parse(periodEnd) - 1));
  if (first === last) return first;
  return first.slice(-4) === last.slice(-4) ? `${first.slice(0, -5)} – ${last}` : `${first} – ${last}`;
}

const SECOND = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  hourCycle: 'h23',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** `22 Nov 2026, 11:48:44 UTC`. */
export function momentUtc(at: string): string {
  return `${SECOND.format(new Date(at))}${NO_BREAK_SPACE}UTC`;
}

function isZero(decimal: string): boolean {
  return /^[0.]+$/.test(decimal);
}
