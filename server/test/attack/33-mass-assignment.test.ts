import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { AdminApp, bearer } from '../unit/http/admin-app.js';

const unknown = [
  ...[
    'tenantId',
    'tenant_id',
    'version',
    'known',
    'suspended',
    'plan',
    'name',
    'changedAt',
    'actor',
    'onBehalfOf',
    'source',
  ],
  ...[
    'quotaBytes',
    'quota_mb',
    'hardLimitBytes',
    'current_usage_mb',
    'constructor',
    'prototype',
    'toString',
    '__proto__',
  ],
];

describe('attack 33: fields that a change must not set', () => {
  it.each(unknown)('%s is refused by name, and nothing is changed', async (field) => {
    const fixture = new AdminApp();
    // Spelled as text: an object literal cannot carry __proto__ as a field.
    const sent = `{"quotaMb":20,"reason":"because","${field}":{"isAdmin":true}}`;
    const call = request(fixture.app).patch('/admin/tenants/acme/quota').set(bearer('admin')).set('If-Match', '"1"');
    const { body } = await call.type('json').send(sent).expect(400);
    expect(body.errors).toEqual([{ field, message: expect.stringMatching(/^is not a known field/) }]);
    expect(await fixture.directory.find('acme' as never)).toMatchObject({ version: 1, plan: 'pro', suspended: false });
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  it('holds for preview, clear and queries too', async () => {
    const { app } = new AdminApp();
    const post = (path: string) => request(app).post(`/admin/tenants/acme/${path}`).set(bearer('admin'));
    await post('quota/preview').send({ quotaMb: 1, reason: 'not part of a preview' }).expect(400);
    await post('clear').send({ reason: 'because', tenant: 'blue' }).expect(400);
    await request(app).get('/admin/audit?tenant[]=acme').set(bearer('admin')).expect(400);
    await request(app).get('/admin/tenants?__proto__[pageSize]=1000').set(bearer('admin')).expect(400);
  });

  it('names 20 unknown fields at most, cut to 64 characters', async () => {
    const fields = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`${index}-`.padEnd(70, 'x'), 1]));
    const call = request(new AdminApp().app).post('/admin/tenants/acme/quota/preview').set(bearer('admin'));
    const { body } = await call.send(fields).expect(400);
    expect(body.errors).toHaveLength(20);
    expect(body.errors[0].field).toHaveLength(64);
  });
});
