import { hash } from 'node:crypto';
import apicache from 'apicache';
import express, { type Express, type RequestHandler } from 'express';
import { jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { fromJwt, type Permission, type TenantCacheServer } from 'tenantcache';
import { open } from './peers/tenantcache.js';
import { benchRedisUrl } from './redis-url.js';
import { RUN, VALUE } from './workload.js';

const SECRET = 'the benches sign with this and nothing else';
const KEY = new TextEncoder().encode(SECRET);
const BODY = { id: '42', at: '2026-11-21T00:00:00.000Z', text: VALUE };

export const tenantOf = (index: number) => `bench-${RUN}-${index}`;

export function tokenOf(tenant: string): Promise<string> {
  const claims = { tenant_id: tenant, sub: 'user', scope: 'read' };
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setIssuedAt().setExpirationTime('2h').sign(KEY);
}

/** An application of one contender, and how to end it. */
export interface App {
  readonly app: Express;
  /** Reads and writes as the server saw them, in milliseconds, since the last call. */
  times?(): { get: number[]; set: number[] };
  close(): Promise<void>;
}

type Make = () => Promise<App>;

const bearer = (header: string | undefined) => header?.slice('Bearer '.length) ?? '';

/** The path that all ask for: about 1 KB of JSON. */
function answering(...before: RequestHandler[]): App {
  const app = express();
  app.get('/answer', ...before, (_req, res) => {
    res.json(BODY);
  });
  return { app, close: async () => {} };
}

const verifying: RequestHandler = async (req, _res, next) => {
  await jwtVerify(bearer(req.headers.authorization), KEY, { algorithms: ['HS256'] });
  next();
};

/** As an application would do it for itself: by the digest of the token, as long as it lives. */
function remembering(): RequestHandler {
  const known = new LRUCache<string, { untilMs: number }>({ max: 10_000 });
  return async (req, _res, next) => {
    const token = bearer(req.headers.authorization);
    const digest = hash('sha256', token, 'base64');
    const found = known.get(digest);
    if (!found || Date.now() >= found.untilMs) {
      const { payload } = await jwtVerify(token, KEY, { algorithms: ['HS256'] });
      known.set(digest, { untilMs: (payload.exp ?? 0) * 1_000 });
    }
    next();
  };
}

async function ours(mount: (app: Express, cache: TenantCacheServer) => Partial<App>): Promise<App> {
  const cache = open({ redis: { url: benchRedisUrl() }, redisTimeout: '5s' });
  await cache.ready();
  const app = express();
  app.use(cache.middleware({ tenant: fromJwt({ secret: SECRET, requireExpiry: true }) }));
  const more = mount(app, cache);
  return { app, close: () => cache.close(), ...more };
}

export const BARE = 'Express, bare route';
export const MIDDLEWARE = 'tenantcache: middleware (JWT, quota headers)';
export const L1_HIT = 'tenantcache: middleware and an L1 hit';
const RESPONSE_HIT = 'tenantcache: middleware and a response-cache hit';

/** What is compared; the first one is 1.00. */
export const APPS: Readonly<Record<string, Make>> = {
  [BARE]: async () => answering(),
  'Express, JWT by jose each time': async () => answering(verifying),
  'Express, JWT by jose, remembered': async () => answering(remembering()),
  [MIDDLEWARE]: () =>
    ours((app) => {
      app.get('/answer', (_req, res) => {
        res.json(BODY);
      });
      return {};
    }),
  [L1_HIT]: () =>
    ours((app) => {
      app.get('/answer', async (req, res) => {
        const found = (await req.tenantCache.get('bench', 'answer')) ?? (await fill(req.tenantCache));
        res.json(found);
      });
      return {};
    }),
  [RESPONSE_HIT]: () =>
    ours((app, cache) => {
      app.get('/answer', cache.response({ ttl: '1h' }), (_req, res) => {
        res.json(BODY);
      });
      return {};
    }),
  // In memory, without tenants or tokens: it would give each user the answer of another.
  'apicache: a hit, no JWT, no tenants': async () => answering(apicache.options({ debug: false }).middleware('1 hour')),
};

/** Nine reads of ten, one write, each key of a tenant in turn: what many tenants do at once. */
export const MIXED: Make = () =>
  ours((app) => {
    const seen = { get: [] as number[], set: [] as number[] };
    let calls = 0;
    app.get('/answer', async (req, res) => {
      const key = `k${calls % 7}`;
      const startedMs = performance.now();
      if (calls++ % 10 === 0) {
        await req.tenantCache.set('bench', key, BODY, { ttl: '1h' });
        seen.set.push(performance.now() - startedMs);
        res.json(BODY);
        return;
      }
      const found = await req.tenantCache.get('bench', key);
      seen.get.push(performance.now() - startedMs);
      res.json(found ?? BODY);
    });
    return {
      times() {
        return { get: seen.get.splice(0), set: seen.set.splice(0) };
      },
    };
  });

/** Five users of each tenant, with twenty permissions each, read from a source that takes 2 ms. */
export const AUTHORIZED: Make = () =>
  ours((app, cache) => {
    const authorization = cache.authorization({
      load: async () => {
        await new Promise((resolve) => setTimeout(resolve, 2));
        return { roles: ['trader'], teams: ['desk'], permissions: permissions(20) };
      },
    });
    let calls = 0;
    app.get('/answer', async (_req, res) => {
      const call = calls++;
      await authorization.assert(`user-${call % 5}`, 'portfolio:read', `portfolio/${call % 20}/positions`);
      res.json(BODY);
    });
    return {};
  });

/** For so many portfolios: the last decides of the last. */
export function permissions(count: number): Permission[] {
  return Array.from({ length: count }, (_, n) => ({
    action: n % 2 === 0 ? 'portfolio:read' : 'portfolio:*',
    object: `portfolio/${n}/*`,
    effect: 'allow' as const,
  }));
}

async function fill(tenant: Express.Request['tenantCache']): Promise<typeof BODY> {
  await tenant.set('bench', 'answer', BODY, { ttl: '1h' });
  return BODY;
}
