import { csvStream } from '@/data/csv';
import { asTenant } from '@/data/handler';
import { ownStatementSteps } from '@/data/statements';
import type { TenantViewer } from '@/data/viewer';
import { STATEMENTS_HEAD, statementCells } from '@/features/statements/statement-csv';

/** All closed statements of the own tenant, newest first. */
export function GET(request: Request): Promise<Response> {
  return asTenant(request, (viewer) => csvStream('statements', STATEMENTS_HEAD, rows(viewer)));
}

async function* rows(viewer: TenantViewer) {
  for await (const step of ownStatementSteps(viewer)) yield step.map(statementCells);
}
