import { READERS } from './admin-access.js';
import type { AdminDeps, AdminRoute } from './admin-routes.js';
import { knownTenant } from './admin-views.js';
import {
  answerAllStatements,
  answerAllStatementsCsv,
  answerOpenStatement,
  answerStatement,
  answerStatements,
  answerStatementsCsv,
} from './statement-answers.js';

/** What was closed of tenants' periods, what the one under way comes to, and all of it for the accountant. */
export function statementRoutes(deps: AdminDeps): AdminRoute[] {
  const { directory } = deps;
  const ofTenant = (path: string, answer: typeof answerStatements): AdminRoute => ({
    method: 'get',
    path: `/tenants/:tenantId/statements${path}`,
    roles: READERS,
    async handle({ req, res }) {
      const { tenantId } = await knownTenant(deps, req.params.tenantId);
      await answer({ directory, tenantId, req, res });
    },
  });
  return [
    ofTenant('', answerStatements),
    ofTenant('.csv', answerStatementsCsv),
    ofTenant('/current', answerOpenStatement),
    ofTenant('/:periodStart', answerStatement),
    {
      method: 'get',
      path: '/billing/statements',
      roles: READERS,
      handle: ({ req, res }) => answerAllStatements({ directory, req, res }),
    },
    {
      method: 'get',
      path: '/billing/statements.csv',
      roles: READERS,
      handle: ({ req, res }) => answerAllStatementsCsv({ directory, req, res }),
    },
  ];
}
