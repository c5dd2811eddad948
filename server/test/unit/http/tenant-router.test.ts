import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { OwnApp } from './own-app.js';

const own = (fixture: OwnApp, path: string) => request(fixture.app).get(`/cache${path}`).set('x-tenant', 'acme');

describe('the tenants’ own API', () => {
  it('shows live use, days, samples and resources', async () => {
    const fixture = new OwnApp();
    expect((await own(fixture, '/usage').expect(200)).body).toMatchObject({
      tenantId: 'acme',
      usedBytes: 100,
      quotaBytes: 1_048_576,
      state: 'ok',
    });
    expect((await own(fixture, '/usage/days?from=2026-11-01&to=2026-11-20').expect(200)).body).toEqual({
      tenantId: 'acme',
      from: '2026-11-01',
      to: '2026-11-20',
      items: [{ date: '2026-11-20', requests: 4, l1Hits: 1, hitRate: null, meanResponseTimeMs: null }],
    });
    const samples = await own(fixture, '/usage/samples?from=2026-11-20&to=2026-11-21T00:00:00Z&step=1h').expect(200);
    expect(samples.body).toMatchObject({
      from: '2026-11-20T00:00:00.000Z',
      to: '2026-11-21T00:00:00.000Z',
      stepMs: 3_600_000,
      items: [{ start: '2026-11-20T00:00:00.000Z', requests: 4 }],
    });
    expect((await own(fixture, '/usage/resources').expect(200)).body.items).toEqual([
      { resource: 'portfolio', requests: 4, l1Hits: 1 },
    ]);
  });

  it('has no days where the sink cannot be read, rather than empty ones', async () => {
    const fixture = new OwnApp({ reader: false });
    for (const path of ['/usage/days', '/usage/samples', '/usage/resources'])
      expect((await own(fixture, path).expect(501)).body.code).toBe('USAGE_NOT_KEPT');
    await own(fixture, '/usage').expect(200);
  });

  it.each([
    '/usage?at=2026-11-20',
    '/alerts?status=open',
    '/alert-rules?kind=quota',
    '/statements.csv?from=2026-11-02&to=2026-11-01',
    '/usage/days?from=2026-02-31',
    '/usage/days?from=2026-11-21&to=2026-11-20',
    '/usage/days?from=2020-01-01&to=2026-01-01',
    '/usage/days?day=1',
    '/usage/samples?step=1m',
    '/usage/samples?from=2026-11-20T00:00:00%2B02:00',
    '/usage/samples?from=2026-01-01&to=2026-11-01&step=5m',
    '/usage/samples?from=2026-11-20&from=2026-11-21',
    '/statements?page=0',
    '/statements?pageSize=101',
    '/statements.csv?from=yesterday',
    '/statements/current?page=1',
    '/statements/october',
    '/statements/2026-13-01',
  ])('refuses %s with the field that is wrong', async (path) => {
    const { body } = await own(new OwnApp(), path).expect(400);
    expect(body).toMatchObject({ code: 'REQUEST_INVALID', errors: [{ field: expect.any(String) }] });
  });

  it('lists what was closed, and what is under way', async () => {
    const fixture = new OwnApp();
    const before = (await own(fixture, '/statements/current').expect(200)).body;
    expect(before).toMatchObject({ open: true, mbHours: '0.000000', bill: null, asOf: before.periodStart });
    expect(before.closedAt).toBeUndefined();
    await fixture.closeMonth();
    const { body } = await own(fixture, '/statements').expect(200);
    expect(body).toMatchObject({ total: 1, items: [{ tenantId: 'acme', mbHours: '1.000000', bill: null }] });
    const [statement] = body.items;
    expect((await own(fixture, `/statements/${statement.periodStart}`).expect(200)).body).toEqual(statement);
    expect((await own(fixture, '/statements/2020-01-01').expect(404)).body.code).toBe('STATEMENT_NOT_FOUND');
    const { text } = await own(fixture, '/statements.csv').expect(200);
    const [header, row, end] = text.split('\r\n').map((line) => line.split(','));
    expect(header?.slice(0, 3)).toEqual(['tenantId', 'periodStart', 'periodEnd']);
    expect(row?.slice(0, 2)).toEqual(['acme', statement.periodStart]);
    expect(row).toHaveLength(header?.length ?? 0);
    expect(end).toEqual(['']);
  });

  it('is never cached, answers what it has not as a problem, and tells of its own failures', async () => {
    const fixture = new OwnApp();
    const { headers } = await own(fixture, '/usage').expect(200);
    expect(headers['cache-control']).toBe('no-store');
    expect((await own(fixture, '/nothing').expect(404)).body.code).toBe('ROUTE_NOT_FOUND');
    fixture.directory.statements = async () => {
      throw new Error('postgres://role:hidden-word@host');
    };
    const { text } = await own(fixture, '/statements').expect(500);
    expect(text).not.toContain('hidden-word');
    expect(fixture.errors).toHaveLength(1);
  });
});
