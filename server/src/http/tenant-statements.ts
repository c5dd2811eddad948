import { answerOpenStatement, answerStatement, answerStatements, answerStatementsCsv } from './statement-answers.js';
import type { TenantDeps, TenantRoute } from './tenant-routes.js';

/** What a tenant was charged for, and what the period under way comes to so far. */
export function ownStatementRoutes({ directory }: TenantDeps): TenantRoute[] {
  const route = (path: string, answer: typeof answerStatements): TenantRoute => ({
    path,
    handle: (call) => answer({ directory, ...call }),
  });
  return [
    route('/statements', answerStatements),
    route('/statements.csv', answerStatementsCsv),
    route('/statements/current', answerOpenStatement),
    route('/statements/:periodStart', answerStatement),
  ];
}
