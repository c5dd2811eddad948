import { READERS } from './admin-access.js';
import type { AdminDeps, AdminRoute } from './admin-routes.js';
import { auditQuery, parse } from './admin-schemas.js';

export function auditRoutes({ directory, tenantId }: AdminDeps): AdminRoute[] {
  return [
    {
      method: 'get',
      path: '/audit',
      roles: READERS,
      async handle({ req, res }) {
        const { tenant, actor, page, pageSize } = parse(auditQuery, req.query, 'query');
        const query = {
          page,
          pageSize,
          ...(tenant === undefined ? {} : { tenant: tenantId(tenant) }),
          ...(actor === undefined ? {} : { actor }),
        };
        res.json(await directory.audit(query));
      },
    },
  ];
}
