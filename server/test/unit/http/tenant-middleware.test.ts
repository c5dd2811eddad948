import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import express, { type Request, type RequestHandler } from 'express';
import request from 'supertest';
import { fail } from '../../../src/core/errors.js';
import { type TenantMiddlewareOptions, tenantMiddleware } from '../../../src/http/tenant-middleware.js';
import { context, deps, type Handle, handleOf, tenantApp } from './tenant-app.js';

const fromQuery = (req: Request): string | undefined => req.query.t as string | undefined;
const later = async (req: Request): Promise<string | undefined> => fromQuery(req);

describe.each([
  ['at once', fromQuery],
  ['by promise', later],
])('a tenant resolved %s', (_name, tenant) => {
  const app = tenantApp({ tenant });

  it('is bound to the request and to its context', async () => {
    const { body } = await request(app).get('/?t=acme').expect(200);
    expect(body).toEqual({ tenant: 'acme', context: 'acme' });
  });

  it.each([
    ['/', 401, 'TENANT_MISSING'],
    ['/?t=a:b', 400, 'TENANT_INVALID'],
    ['/?t=a&t=b', 400, 'TENANT_INVALID'],
    ['/?t=', 400, 'TENANT_INVALID'],
    ['/?t=suspended', 403, 'TENANT_SUSPENDED'],
    ['/?t=unreachable', 503, 'DIRECTORY_UNAVAILABLE'],
    ['/?t=broken', 500, 'INTERNAL'],
  ])('%s is answered %d %s as a problem without internals', async (path, status, code) => {
    const { body, headers, text } = await request(app).get(path).expect(status);
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(body).toMatchObject({ status, code, type: `urn:tenantcache:error:${code.toLowerCase()}` });
    expect(headers['x-cache-quota-used']).toBeUndefined();
    expect(headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined);
    expect(text).not.toContain('secret');
  });

  it('passes without a tenant where none is required', async () => {
    const { body, headers } = await request(tenantApp({ tenant, required: false }))
      .get('/')
      .expect(200);
    expect(body).toEqual({ tenant: null, context: null });
    expect(headers).not.toHaveProperty('x-cache-quota-limit');
    await request(tenantApp({ tenant, required: false }))
      .get('/?t=a:b')
      .expect(400);
  });

  it('lets the application answer a request without a tenant', async () => {
    const onMissing: RequestHandler = (_req, res) => void res.redirect('/sign-in');
    await request(tenantApp({ tenant, onMissing })).get('/').expect(302);
    const failing: RequestHandler = async () => Promise.reject(fail('FORBIDDEN'));
    await request(tenantApp({ tenant, onMissing: failing }))
      .get('/')
      .expect(403);
  });
});

describe('a resolver that fails', () => {
  it.each([
    ['throws', () => Promise.resolve().then(() => Promise.reject(new Error('secret')))],
    ['rejects', () => JSON.parse('secret')],
  ])('%s: the error goes to the error middleware', async (_name, tenant) => {
    const { body } = await request(tenantApp({ tenant })).get('/').expect(500);
    expect(body.code).toBe('INTERNAL');
  });
});

describe('settings that are remembered', () => {
  it('are used without a turn of the event loop', async () => {
    const seen: string[] = [];
    const openNow = (tenant: Handle['tenant']): Handle | undefined => {
      if (tenant === 'suspended') throw fail('TENANT_SUSPENDED');
      return { tenant, usedBytes: 1, quotaBytes: 2, state: 'ok', exceededInThisRequest: false };
    };
    const handler = tenantMiddleware(
      { ...deps, openNow, open: () => Promise.reject(new Error('unused')) },
      { tenant: fromQuery },
    );
    const app = express();
    app.use((req, res, next) => {
      handler(req, res, (error?: unknown) => {
        seen.push('next');
        next(error);
      });
      seen.push('returned');
    });
    app.get('/', (_req, res) => void res.end());
    await request(app).get('/?t=acme').expect(200).expect('X-Cache-Quota-Used', '1');
    expect(seen).toEqual(['next', 'returned']);
    await request(app).get('/?t=suspended').expect(403);
  });
});

describe('the quota headers', () => {
  const answering = (answer: (handle: Handle, res: express.Response) => void, outer?: RequestHandler) => {
    const app = express();
    if (outer) app.use(outer);
    app.use(tenantMiddleware(deps, { tenant: fromQuery }));
    app.get('/', (req, res) => answer(handleOf(req), res));
    return request(app).get('/?t=acme');
  };

  it('tell the use at the end of the request, in whole bytes', async () => {
    const { headers } = await answering((handle, res) => {
      handle.usedBytes = 42.4;
      res.send('ok');
    });
    expect(headers).toMatchObject({ 'x-cache-quota-used': '42', 'x-cache-quota-limit': '100' });
    expect(headers).not.toHaveProperty('x-cache-quota-exceeded');
  });

  it.each([
    ['ok', false, undefined],
    ['warning', false, undefined],
    ['exceeded', false, 'true'],
    ['critical', false, 'true'],
    ['ok', true, 'true'],
  ] as const)('in state %s, write refused %s: exceeded %s', async (state, refused, expected) => {
    const { headers } = await answering((handle, res) => {
      handle.state = state;
      handle.exceededInThisRequest = refused;
      res.writeHead(200, { 'X-Cache-Quota-Exceeded': 'forged', 'X-Cache-Quota-Used': '9' }).end();
    });
    expect(headers['x-cache-quota-exceeded']).toBe(expected);
    expect(headers['x-cache-quota-used']).toBe('10');
  });

  it('do not fail an answer when the figures cannot be had', async () => {
    const app = tenantApp({ tenant: fromQuery }, { usageOf: () => JSON.parse('no') });
    const { headers } = await request(app).get('/?t=acme').expect(200);
    expect(headers).not.toHaveProperty('x-cache-quota-used');
  });

  it('show the inner tenant where the middleware is mounted twice', async () => {
    const outer = tenantMiddleware(
      { ...deps, usageOf: () => ({ usedBytes: 1, quotaBytes: 1, state: 'critical' }) },
      { tenant: () => 'outer' },
    );
    const { headers } = await answering((_handle, res) => void res.send('ok'), outer);
    expect(headers).toMatchObject({ 'x-cache-quota-used': '10', 'x-cache-quota-limit': '100' });
    expect(headers).not.toHaveProperty('x-cache-quota-exceeded');
  });
});

describe('200 interleaved requests of 20 tenants', () => {
  it('each see their own tenant, through timers, promises and body parsing', async () => {
    const app = express();
    app.use(tenantMiddleware(deps, { tenant: later }), express.json());
    app.post('/', async (req, res) => {
      const seen = [context.getStore()?.tenant];
      await sleep(Math.random() * 10);
      seen.push(context.getStore()?.tenant);
      await new Promise(setImmediate);
      seen.push(handleOf(req).tenant, context.getStore()?.tenant, req.body.tenant);
      res.json(seen);
    });
    const server = app.listen(0);
    const calls = Array.from({ length: 200 }, async (_, index) => {
      const tenant = `tenant-${index % 20}`;
      const { body } = await request(server).post(`/?t=${tenant}`).send({ tenant }).expect(200);
      expect(body).toEqual(Array(5).fill(tenant));
    });
    await Promise.all(calls).finally(() => server.close());
    expect(context.getStore()).toBeUndefined();
  });
});

describe('options', () => {
  it.each([
    ['none', undefined],
    ['a list', []],
    ['no resolver', {}],
    ['a resolver that is no function', { tenant: 'acme' }],
    ['an unknown name', { tenant: fromQuery, tenants: 1 }],
    ['required that is no boolean', { tenant: fromQuery, required: 'yes' }],
    ['onMissing that is no function', { tenant: fromQuery, onMissing: 401 }],
  ])('%s: refused at construction with what is allowed', (_name, options) => {
    const make = () => tenantMiddleware(deps, options as TenantMiddlewareOptions);
    expect(make).toThrow(
      expect.objectContaining({
        code: 'OPTION_INVALID',
        detail: expect.objectContaining({ allowed: expect.any(String) }),
      }),
    );
  });
});
