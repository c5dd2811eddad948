import { describe, expect, it } from '@jest/globals';
import express, { type Request, type RequestHandler } from 'express';
import request from 'supertest';
import { assertSameTenant } from '../../../src/http/named-tenants.js';
import { type TenantMiddlewareOptions, tenantMiddleware } from '../../../src/http/tenant-middleware.js';
import { fromHeader } from '../../../src/tenant/from-header.js';
import { context, deps, handleOf, tenantApp } from './tenant-app.js';

const tenant = (req: Request): string | undefined => req.get('x-as');
const as = (name: string) => ({ 'x-as': name });

/** What a request has on it where the middleware let it pass, or did not. */
function lookingApp(options: Partial<TenantMiddlewareOptions>, before: RequestHandler[] = []) {
  const seen: unknown[] = [];
  const app = express();
  const look: RequestHandler = (req, res) => {
    seen.push([handleOf(req), (req as { tenantCacheKey?: unknown }).tenantCacheKey]);
    res.end();
  };
  app.use(...before, tenantMiddleware(deps, { tenant, onMissing: look, onSuspended: look, ...options }), look);
  app.use(((_error, req, res, _next) => look(req, res, () => {})) as express.ErrorRequestHandler);
  return { app, seen };
}

describe('a tenant that is suspended or unknown', () => {
  it('may be answered by the application, without a handle', async () => {
    const onSuspended: RequestHandler = (req, res) => void res.status(402).json({ handle: handleOf(req) ?? null });
    const { body } = await request(tenantApp({ tenant, onSuspended })).get('/').set(as('suspended')).expect(402);
    expect(body).toEqual({ handle: null });
    const failing: RequestHandler = async () => Promise.reject(new Error('secret'));
    await request(tenantApp({ tenant, onSuspended: failing }))
      .get('/')
      .set(as('suspended'))
      .expect(500);
  });

  it('is served by default where it is unknown, and refused where that is asked for, before it is opened', async () => {
    const opened: string[] = [];
    const more = {
      open: async (id: Parameters<typeof deps.open>[0]) => {
        opened.push(id);
        return deps.open(id);
      },
    };
    for (const isKnown of [(id: string) => id === 'acme', async (id: string) => id === 'acme']) {
      const app = tenantApp({ tenant, unknown: 'refuse' }, { ...more, isKnown });
      await request(app).get('/').set(as('acme')).expect(200);
      const { body } = await request(app).get('/').set(as('nobody')).expect(404);
      expect(body.code).toBe('TENANT_NOT_FOUND');
      await request(tenantApp({ tenant }, { ...more, isKnown }))
        .get('/')
        .set(as('nobody'))
        .expect(200);
    }
    expect(opened).toEqual(['acme', 'nobody', 'acme', 'nobody']);
  });

  it('is refused where nobody can say whether it is known', async () => {
    await request(tenantApp({ tenant, unknown: 'refuse' }))
      .get('/')
      .set(as('acme'))
      .expect(404);
    const app = tenantApp({ tenant, unknown: 'refuse' }, { isKnown: () => Promise.reject(new Error('secret')) });
    await request(app).get('/').set(as('acme')).expect(500);
  });
});

describe('a request that is refused', () => {
  const spoof: RequestHandler = (req, _res, next) => {
    Object.assign(req, { tenantCache: { tenant: 'blue' }, tenantCacheKey: { scopes: ['admin'] } });
    next();
  };
  const spoofing = () => {
    throw new Error('not for us');
  };
  it.each([
    ['without a tenant', {}, {}],
    ['without a tenant, which none needs', { required: false }, {}],
    ['of a suspended tenant', {}, as('suspended')],
    ['whose resolver fails', { tenant: spoofing }, {}],
    ['whose directory fails', {}, as('broken')],
  ])('has no handle and no key, whatever was on it before: %s', async (_name, options, headers) => {
    const { app, seen } = lookingApp(options, [spoof]);
    await request(app).get('/').set(headers);
    expect(seen).toEqual([[undefined, undefined]]);
  });

  it('is not the only one: one that passes has no key that it did not come with', async () => {
    const { app, seen } = lookingApp({}, [spoof]);
    await request(app).get('/').set(as('acme'));
    expect(seen).toEqual([[expect.objectContaining({ tenant: 'acme' }), undefined]]);
  });

  it('loses a key that a resolver set, and keeps it where it passes', async () => {
    const keyed = (req: Request) => {
      Object.assign(req, { tenantCacheKey: { keyId: '1' } });
      return tenant(req);
    };
    const { app, seen } = lookingApp({ tenant: keyed });
    await request(app).get('/').set(as('suspended'));
    await request(app).get('/');
    await request(app).get('/').set(as('acme'));
    expect(seen).toEqual([
      [undefined, undefined],
      [undefined, undefined],
      [expect.objectContaining({ tenant: 'acme' }), { keyId: '1' }],
    ]);
  });
});

describe('required', () => {
  it('may depend on the request', async () => {
    for (const required of [(req: Request) => req.path !== '/open', async (req: Request) => req.path !== '/open']) {
      const app = tenantApp({ tenant, required });
      await request(app).get('/').expect(401);
      await request(app).get('/open').expect(404);
      await request(app).get('/').set(as('acme')).expect(200);
    }
    await request(tenantApp({ tenant, required: () => JSON.parse('secret') }))
      .get('/')
      .expect(500);
  });
});

describe('a list of resolvers', () => {
  it('is a chain', async () => {
    const app = tenantApp({ tenant: [tenant, (req) => req.get('x-also')] });
    expect((await request(app).get('/').set('x-also', 'acme').expect(200)).body.tenant).toBe('acme');
    const { body } = await request(app).get('/').set({ 'x-as': 'acme', 'x-also': 'blue' }).expect(403);
    expect(body.code).toBe('TENANT_MISMATCH');
  });
});

describe('what names no other tenant', () => {
  it.each([undefined, null, '', 'acme', [], ['acme', 'acme'], {}, { id: 'blue' }])('is fine: %j', (named) => {
    expect(() => assertSameTenant('acme', named)).not.toThrow();
  });
  it.each(['blue', 'ACME', ' acme', 7, true, ['acme', 'blue'], [['blue']]])('is refused: %j', (named) => {
    expect(() => assertSameTenant('acme', named)).toThrow(expect.objectContaining({ code: 'TENANT_MISMATCH' }));
  });
  it('is a number that says the same', () => {
    expect(() => assertSameTenant('42', 42)).not.toThrow();
  });
});

describe('misuse', () => {
  const told: string[] = [];
  const onMisuse = (misuse: string) => void told.push(misuse);
  const watched = { ...deps, onMisuse };
  const bind = (options: Partial<TenantMiddlewareOptions> = {}) => tenantMiddleware(watched, { tenant, ...options });
  const ok: RequestHandler = (_req, res) => void (res.headersSent || res.end());
  const told1 = async (app: express.Express, headers: Record<string, string> = as('acme')) => {
    told.length = 0;
    for (let time = 0; time < 3; time++) await request(app).get('/').set(headers);
    return [...told];
  };

  it('is silent where there is none', async () => {
    expect(await told1(express().use(bind(), ok))).toEqual([]);
    expect(await told1(express().use(bind(), ok), {})).toEqual([]);
  });

  const proxied = { 'x-tenant-id': 'acme' };
  const untrusted = fromHeader({ trustedProxy: ['192.0.2.1'] });
  const taking: RequestHandler = (req, _res, next) => next(void Object.assign(req, { tenantCache: {} }));
  const early: RequestHandler = (_req, res, next) => next(void res.end('early'));
  it.each([
    ['MIDDLEWARE_TWICE', () => [bind({ validate: false }), bind()], as('acme')],
    ['MIDDLEWARE_TWICE', () => ((again) => [again, again])(bind()), as('acme')],
    ['TENANT_CACHE_TAKEN', () => [taking, bind()], as('acme')],
    ['RESOLVER_RESULT', () => [bind({ tenant: () => ({ id: 'acme' }) as never })], {}],
    ['PROXY_NOT_TRUSTED', () => [bind({ tenant: untrusted })], proxied],
    ['PROXY_NOT_TRUSTED', () => [bind({ tenant: [tenant, untrusted] })], proxied],
    ['HEADERS_SENT', () => [early, bind()], as('acme')],
  ])('%s is told once', async (misuse, make, headers) => {
    expect(await told1(express().use(...make(), ok), headers as Record<string, string>)).toEqual([misuse]);
  });

  it('MIDDLEWARE_IN_REQUEST is told where the middleware is made for each request', async () => {
    const app = express().use((req, res, next) => bind()(req, res, next), ok);
    expect(await told1(app)).toEqual(Array(3).fill('MIDDLEWARE_IN_REQUEST'));
  });

  it('is not told where validate is false', async () => {
    const twice = express().use(bind({ validate: false }), bind({ validate: false }), ok);
    expect(await told1(twice)).toEqual([]);
  });
});

describe('the context', () => {
  it('holds in a parser that waits for the events of the body, in streams and after the answer', async () => {
    const seen: Record<string, string | undefined> = {};
    const note = (where: string) => {
      seen[where] = context.getStore()?.tenant;
    };
    const app = express();
    app.use(tenantMiddleware(deps, { tenant }));
    // As parsers of forms and files do: they call next from an event.
    app.use((req, res, next) => {
      res.on('finish', () => note('finish')).on('close', () => note('close'));
      req
        .on('data', () => note('data'))
        .on('end', () => {
          note('end');
          next();
        });
    });
    app.post('/', async (req, res) => {
      note('handler');
      await new Promise(setImmediate);
      note('after await');
      queueMicrotask(() => note('microtask'));
      setTimeout(() => note('timer'), 1);
      res.write(handleOf(req).tenant);
      setTimeout(() => res.end(), 5);
    });
    const server = app.listen(0);
    try {
      await request(server)
        .post('/')
        .set(as('acme'))
        .type('application/octet-stream')
        .send('x'.repeat(300_000))
        .expect(200);
      while (seen.close === undefined) await new Promise(setImmediate);
    } finally {
      server.close();
    }
    const places = ['data', 'end', 'handler', 'after await', 'microtask', 'timer', 'finish', 'close'];
    expect(seen).toEqual(Object.fromEntries(places.map((place) => [place, 'acme'])));
    expect(context.getStore()).toBeUndefined();
  });

  it('of events is the inner tenant’s where the middleware is mounted twice', async () => {
    const app = express();
    const seen: (string | undefined)[] = [];
    app.use(tenantMiddleware(deps, { tenant: () => 'outer' }), tenantMiddleware(deps, { tenant }));
    app.post('/', (req, res) => {
      req.on('data', () => seen.push(context.getStore()?.tenant)).on('end', () => res.end());
    });
    await request(app).post('/').set(as('inner')).type('text').send('x').expect(200);
    expect(seen).toEqual(['inner']);
  });
});

describe('options', () => {
  it.each([
    ['an empty chain', { tenant: [] }],
    ['a chain with a name in it', { tenant: ['acme'] }],
    ['unknown off the list', { tenant, unknown: 'allow' }],
    ['onSuspended that is no function', { tenant, onSuspended: 403 }],
    ['mismatch that is no object', { tenant, mismatch: true }],
    ['mismatch with an unknown place', { tenant, mismatch: { cookies: [] } }],
    ['mismatch with a name in place of a list', { tenant, mismatch: { query: 'tenant' } }],
    ['mismatch with an empty name', { tenant, mismatch: { headers: [''] } }],
    ['validate that is no boolean', { tenant, validate: {} }],
  ])('%s: refused at construction', (_name, options) => {
    expect(() => tenantMiddleware(deps, options as unknown as TenantMiddlewareOptions)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
  });
});
