import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import express, { type Express, type RequestHandler } from 'express';
import { hardenServer } from '../../src/http/harden-server.js';
import { requestIdHandler } from '../../src/http/request-id.js';
import { createTenantCache, fromJwt, problemHandler } from '../../src/index.js';
import { MemoryUsageSink } from '../../src/testing/memory-usage-sink.js';

/** What the process is told, and what it says. */
export interface EdgeOrder {
  readonly jwtSecret: string;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
}
export interface EdgeState {
  readonly port: number;
  readonly rssBytes: number;
  /** Of what is in use after a collection. */
  readonly heapBytes: number;
  /** Of what was answered with 500 or more. */
  readonly errors: readonly string[];
}

const MIB = 1_048_576;
const order = JSON.parse(process.argv[2] ?? '') as EdgeOrder;
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const errors: string[] = [];
const note = (error: unknown) => void errors.push(error instanceof Error ? `${error.stack}` : String(error));

/** All that the package mounts, in the order of the example. Two tenants whose data nobody else may see. */
function edge(): Express {
  const cache = createTenantCache({
    tenants: { static: { acme: { quotaBytes: MIB }, blue: { quotaBytes: MIB } } },
    usage: new MemoryUsageSink(),
  });
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.get('/livez', cache.livezHandler());
  app.get('/readyz', cache.readyzHandler());
  app.get('/metrics', cache.metricsHandler());
  app.use(requestIdHandler());
  const authorize = ({ headers: { authorization } }: express.Request) => {
    const role = /^Bearer (admin|viewer|tenant_admin)$/.exec(authorization ?? '')?.[1] as 'admin' | undefined;
    return role && { actor: role, role, tenant: 'acme' };
  };
  app.use('/admin', cache.adminRouter({ authorize, onError: note, rateLimit: false }));
  app.use(cache.middleware({ tenant: fromJwt({ secret: order.jwtSecret }) }));
  app.use('/me/cache', cache.tenantRouter({ onError: note, rateLimit: false }));
  // A response cache where this build has one.
  const { response } = cache as { response?: (options: object) => RequestHandler };
  if (response) app.use('/stored', response.call(cache, { ttl: '1m' }));
  const mine: RequestHandler = async (req, res) => {
    const { tenantCache } = req;
    const value = await tenantCache.getOrSet('data', 'mine', () => `canary-of-${tenantCache.tenantId}`);
    res.json({ value });
  };
  app.get('/api', mine);
  app.get('/stored/*rest', mine);
  app.use('/api', express.json({ limit: '16kb' }), (req, res) => void res.json({ keys: Object.keys(req.body ?? {}) }));
  app.use(problemHandler(note));
  return app;
}

const { headersTimeoutMs, requestTimeoutMs } = order;
const server = hardenServer(createServer(edge()), { headersTimeoutMs, requestTimeoutMs });
const state = async (): Promise<EdgeState> => {
  await turn();
  collectGarbage();
  collectGarbage();
  const { rss: rssBytes, heapUsed, external } = process.memoryUsage();
  return { port: (server.address() as AddressInfo).port, rssBytes, heapBytes: heapUsed + external, errors };
};
process.on('message', async () => process.send?.(await state()));
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', async () => process.send?.(await state()));
