import { csvStream } from '@/data/csv';
import { asTenant } from '@/data/handler';
import { ownStatementSteps } from '@/data/statements';
import { STATEMENTS_HEAD, statementCells } from '@/features/statements/statement-csv';

/** All closed statements of the own tenant, newest first. */
export function GET(request: Request): Promise<Response> {
  return asTenant(request, (viewer) =>
    csvStream('statements', STATEMENTS_HEAD, ownStatementSteps(viewer), statementCells),
  );
}
