import { type TenantApiRoute, tenantRoute } from './api-route.js';
import { answerOpenStatement, answerStatement, answerStatements, answerStatementsCsv } from './statement-answers.js';
import { OPEN_STATEMENT, STATEMENT, STATEMENTS, STATEMENTS_CSV } from './statement-schemas.js';
import type { TenantDeps } from './tenant-routes.js';

/** What a tenant was charged for, and what the period under way comes to so far. */
export function ownStatementRoutes({ directory }: TenantDeps): TenantApiRoute[] {
  return [
    tenantRoute({
      ...STATEMENTS,
      path: '/statements',
      operationId: 'listStatements',
      handle: (call) => answerStatements({ directory, ...call }),
    }),
    tenantRoute({
      ...STATEMENTS_CSV,
      path: '/statements.csv',
      operationId: 'listStatementsAsCsv',
      handle: (call) => answerStatementsCsv({ directory, ...call }),
    }),
    tenantRoute({
      ...OPEN_STATEMENT,
      path: '/statements/current',
      operationId: 'getOpenStatement',
      handle: (call) => answerOpenStatement({ directory, ...call }),
    }),
    tenantRoute({
      ...STATEMENT,
      path: '/statements/:periodStart',
      operationId: 'getStatement',
      handle: (call) => answerStatement({ directory, ...call }),
    }),
  ];
}
