import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { fromHeader } from '../../src/tenant/from-header.js';
import { AdminApp, bearer } from '../unit/http/admin-app.js';
import { tenantApp } from '../unit/http/tenant-app.js';

const hostile = [
  ...[
    ':',
    '{',
    '}',
    '*',
    '?',
    '[',
    ']',
    '\\',
    '\r',
    '\n',
    '\r\n',
    '\0',
    ' ',
    '/',
    '..',
    '%',
    '"',
    "'",
    ';',
    '<',
    '&',
    '\t',
    '\x7f',
  ],
  ...[
    'a:b',
    'a}:r:x',
    '{a}',
    'a*',
    'a\r\nX-Injected: 1',
    'a\0b',
    '../a',
    "a' OR '1'='1",
    '-a',
    '_a',
    'a,b',
    ' a',
    'a ',
  ],
  ...[
    '',
    '__proto__',
    'é',
    'e\u0301',
    '\uff41cme',
    'аcme',
    '\u202eacme',
    '\ud800',
    '𝒶cme',
    'a'.repeat(65),
    'a'.repeat(10_000),
  ],
];

describe('attack 1: tenant ids that mean something to Redis, a URL or a log', () => {
  it.each(hostile)('%j from a resolver is 400, and is not echoed', async (id) => {
    const { body, text, headers } = await request(tenantApp({ tenant: () => id }))
      .get('/')
      .expect(400);
    expect(body.code).toBe('TENANT_INVALID');
    expect(headers).not.toHaveProperty('x-injected');
    if (id.length > 12) expect(text).not.toContain(id);
  });

  it.each(hostile.filter((id) => id.trim() !== '' && !/^\.+$/.test(id) && id.length < 1_000 && id.isWellFormed()))(
    '%j in a path of the admin API is refused',
    async (id) => {
      const call = request(new AdminApp().app)
        .get(`/admin/tenants/${encodeURIComponent(id)}/quota`)
        .set(bearer('admin'));
      const { status, body } = await call;
      expect([status, body.code]).toEqual([400, 'TENANT_INVALID']);
    },
  );

  it.each([1, {}, [], ['acme'], true, Symbol('acme'), new String('acme'), () => 'acme'])(
    'something else than a string is 400: %p',
    async (id) => {
      await request(tenantApp({ tenant: () => id as string }))
        .get('/')
        .expect(400);
    },
  );

  it('a header sent twice does not name two tenants', async () => {
    const app = tenantApp({ tenant: fromHeader({ trustedProxy: 'any' }) });
    await request(app)
      .get('/')
      .set('X-Tenant-Id', ['acme', 'blue'] as never)
      .expect(400);
    await request(app).get('/').set('X-Tenant-Id', '').expect(400);
  });

  it('the names of objects are tenants like any other, and harm nothing', async () => {
    for (const id of ['constructor', 'toString', 'hasOwnProperty', 'prototype']) {
      const { body } = await request(tenantApp({ tenant: () => id }))
        .get('/')
        .expect(200);
      expect(body.tenant).toBe(id);
      await request(new AdminApp().app).get(`/admin/tenants/${id}`).set(bearer('admin')).expect(404);
    }
  });
});

describe('a header from an address that is not trusted', () => {
  it('is ignored: no tenant, 401', async () => {
    const app = tenantApp({ tenant: fromHeader({ trustedProxy: ['192.0.2.1'] }) });
    await request(app).get('/').set('X-Tenant-Id', 'acme').set('X-Forwarded-For', '192.0.2.1').expect(401);
    const trusting = tenantApp({ tenant: fromHeader({ trustedProxy: ['127.0.0.0/8', '::1'] }) });
    expect((await request(trusting).get('/').set('X-Tenant-Id', 'acme').expect(200)).body.tenant).toBe('acme');
  });
});
