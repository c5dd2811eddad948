import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { createTenantCache } from '../../src/index.js';
import { fromHeader } from '../../src/tenant/from-header.js';
import { closeCaches, memoryCache } from '../fakes/memory-cache.js';

afterEach(closeCaches);

describe('a cache whose tenant ids have a rule of their own', () => {
  const open = () => memoryCache({ tenantIds: /a|b|org_\d+/ }).cache;

  it('refuses what the grammar alone would take, wherever an id enters', async () => {
    const cache = open();
    const refused = expect.objectContaining({ code: 'TENANT_INVALID' });
    expect(() => cache.forTenant('acme')).toThrow(refused);
    expect(() => cache.runAs('acme', () => 1)).toThrow(refused);
    expect(() => cache.explainTtl('acme', 'r', 'k')).toThrow(refused);
    const check = cache.checkConsistency({ tenantId: 'acme', resource: 'r', load: async () => 1 });
    await expect(check).rejects.toThrow(refused);
    expect(cache.runAs('org_1', () => cache.current().tenantId)).toBe('org_1');
  });

  it('refuses it in requests and in the admin API', async () => {
    const cache = open();
    const app = express();
    app.use('/admin', cache.adminRouter({ authorize: () => ({ actor: 'a', role: 'admin' }) }));
    app.use(cache.middleware({ tenant: fromHeader({ trustedProxy: 'any' }) }));
    app.use((req, res) => res.json(req.tenantCache.tenantId));
    const as = (tenant: string) => request(app).get('/').set('x-tenant-id', tenant);
    await as('org_1').expect(200, '"org_1"');
    for (const id of ['acme', 'org_', 'xorg_1', 'org_1x']) {
      expect((await as(id).expect(400)).body.code).toBe('TENANT_INVALID');
      expect((await request(app).get(`/admin/tenants/${id}/quota`).expect(400)).body.code).toBe('TENANT_INVALID');
      expect((await request(app).get(`/admin/audit?tenant=${id}`).expect(400)).body.code).toBe('TENANT_INVALID');
    }
    // Known to the rule, unknown to the directory.
    await request(app).get('/admin/tenants/org_1/quota').expect(404);
  });

  it('is refused at construction where it is none, and where a listed tenant breaks it', () => {
    const refused = (tenantIds: unknown, code: string) =>
      expect(() =>
        createTenantCache({
          tenants: { static: { acme: { quotaBytes: 1 } } },
          tenantIds: tenantIds as RegExp,
        }),
      ).toThrow(expect.objectContaining({ code }));
    refused('acme', 'OPTION_INVALID');
    refused(/acme/g, 'OPTION_INVALID');
    refused(/^$/, 'OPTION_INVALID');
    refused(/org_\d+/, 'TENANT_INVALID');
  });
});
