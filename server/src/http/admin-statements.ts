import { fail } from '../core/errors.js';
import type { AdminDeps } from './admin-routes.js';
import { knownTenant } from './admin-views.js';
import { type AdminApiCall, type AdminApiRoute, adminRoute } from './api-route.js';
import {
  answerAllStatements,
  answerAllStatementsCsv,
  answerOpenStatement,
  answerStatement,
  answerStatements,
  answerStatementsCsv,
} from './statement-answers.js';
import {
  ALL_STATEMENTS,
  ALL_STATEMENTS_CSV,
  OPEN_STATEMENT,
  STATEMENT,
  STATEMENTS,
  STATEMENTS_CSV,
} from './statement-schemas.js';

/** What was closed of tenants' periods, what the one under way comes to, and all of it for the accountant. */
export function statementRoutes(deps: AdminDeps): AdminApiRoute[] {
  const { directory } = deps;
  /** Closed statements outlive their tenant: an id that has any was a tenant's. */
  async function billed<Q>({ req, res, query }: AdminApiCall<Q>) {
    const { tenantId, known } = await directory.find(deps.tenantId(req.params.tenantId));
    const { total } = known ? { total: 1 } : await directory.statements(tenantId, { page: 1, pageSize: 1 });
    if (total === 0) throw fail('TENANT_NOT_FOUND');
    return { directory, tenantId, req, res, query };
  }
  return [
    adminRoute({
      ...STATEMENTS,
      path: '/tenants/:tenantId/statements',
      operationId: 'listStatements',
      scope: 'statements:read',
      handle: async (call) => answerStatements(await billed(call)),
    }),
    adminRoute({
      ...STATEMENTS_CSV,
      path: '/tenants/:tenantId/statements.csv',
      operationId: 'listStatementsAsCsv',
      scope: 'statements:read',
      handle: async (call) => answerStatementsCsv(await billed(call)),
    }),
    adminRoute({
      ...OPEN_STATEMENT,
      path: '/tenants/:tenantId/statements/current',
      operationId: 'getOpenStatement',
      scope: 'statements:read',
      handle: async ({ req, res }) => {
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        await answerOpenStatement({ directory, tenantId, req, res });
      },
    }),
    adminRoute({
      ...STATEMENT,
      path: '/tenants/:tenantId/statements/:periodStart',
      operationId: 'getStatement',
      scope: 'statements:read',
      handle: async (call) => answerStatement(await billed(call)),
    }),
    adminRoute({
      ...ALL_STATEMENTS,
      path: '/billing/statements',
      operationId: 'listAllStatements',
      scope: 'statements:read',
      handle: ({ res, query }) => answerAllStatements({ directory, res, query }),
    }),
    adminRoute({
      ...ALL_STATEMENTS_CSV,
      path: '/billing/statements.csv',
      operationId: 'listAllStatementsAsCsv',
      scope: 'statements:read',
      handle: ({ res, query }) => answerAllStatementsCsv({ directory, res, query }),
    }),
  ];
}
