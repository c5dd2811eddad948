import type { Statement, StatementSpan, TenantDirectory } from '../core/directory.js';
import { type AmountLine, mbHours } from '../core/pricing.js';
import type { TenantId } from '../core/tenant-id.js';
import type { Cell } from './csv.js';

const ROWS_PER_READ = 500;

const ITEMS: readonly AmountLine['item'][] = ['base', 'storage', 'overage', 'requests', 'traffic'];

export const STATEMENT_COLUMNS = [
  'tenantId',
  'periodStart',
  'periodEnd',
  'closedAt',
  'plan',
  'currency',
  'total',
  ...ITEMS.map((item) => `${item}Amount`),
  'mbHours',
  'overageMbHours',
  'requests',
  'bytesServed',
  'bytesWritten',
  'peakBytes',
  'quotaBytes',
  'timesExceeded',
] as const;

/** Closed statements as rows, read in bounded steps: each once, also where others are closed meanwhile. */
export async function* statementRows(
  directory: Pick<TenantDirectory, 'statementsAfter'>,
  span: StatementSpan & { readonly tenant?: TenantId | undefined },
): AsyncGenerator<readonly Cell[]> {
  let last: Statement | undefined;
  for (;;) {
    const read = await directory.statementsAfter(span, last, ROWS_PER_READ);
    for (const statement of read) yield rowOf(statement);
    last = read.at(-1);
    if (read.length < ROWS_PER_READ) return;
  }
}

function rowOf(statement: Statement): readonly Cell[] {
  const { bill, requests, bytesServed, bytesWritten, peakBytes, quotaBytes, timesExceeded } = statement;
  return [
    statement.tenantId,
    statement.periodStart,
    statement.periodEnd,
    statement.closedAt,
    bill?.plan ?? null,
    bill?.currency ?? null,
    bill?.total ?? null,
    ...ITEMS.map((item) => bill?.lines.find((line) => line.item === item)?.amount ?? null),
    mbHours(statement.byteMs),
    mbHours(statement.overageByteMs),
    requests,
    bytesServed,
    bytesWritten,
    peakBytes,
    quotaBytes,
    timesExceeded,
  ];
}
