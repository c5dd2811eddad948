import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express, type Request } from 'express';
import type { CacheOptions } from '../../../src/core/cache-options.js';
import { createTenantCache, type TenantCacheServer } from '../../../src/index.js';
import { responseCache } from '../../../src/response/response-cache.js';
import { ResponseMemory } from '../../../src/response/response-memory.js';
import type { ResponseOptions } from '../../../src/response/response-options.js';
import type { ResponseStore } from '../../../src/response/stored-response.js';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
  /** What the cache says, without the name it says it under. */
  readonly cacheStatus: string | undefined;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly tenant?: string | undefined;
  readonly body?: string;
}

export interface ResponseApp {
  readonly cache: TenantCacheServer;
  readonly app: Express;
  readonly url: string;
  readonly port: number;
  /** What the layer reported. */
  readonly reports: unknown[];
  response(options?: ResponseOptions): express.RequestHandler;
  ask(path: string, ask?: Ask): Promise<Reply>;
  get(path: string, headers?: Record<string, string | string[]>): Promise<Reply>;
}

const open: { close(): Promise<void> }[] = [];

/** An app on a real socket whose tenant is the field `x-tenant` ('a' unless said), with the response cache at hand. */
export async function responseApp(
  mount: (app: Express, response: ResponseApp['response']) => void,
  { cacheOptions = {}, framework = express }: { cacheOptions?: Partial<CacheOptions>; framework?: typeof express } = {},
): Promise<ResponseApp> {
  const cache = createTenantCache({
    tenants: { default: { quotaBytes: 8 * 1024 * 1024 } },
    usageInterval: '1h',
    ...cacheOptions,
  });
  const reports: unknown[] = [];
  const memory = new ResponseMemory();
  const storeOf = (req: Request) => req.tenantCache as unknown as ResponseStore | undefined;
  const response = (options?: ResponseOptions) =>
    responseCache({ storeOf, report: (error) => reports.push(error), memory }, options);
  const app = framework();
  app.use(cache.middleware({ tenant: (req) => req.get('x-tenant') || undefined, required: false }));
  mount(app, response);
  const server = createServer(app);
  const port = await listen(server);
  open.push({
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await cache.close();
    },
  });
  const ask = (path: string, asking: Ask = {}) => {
    const tenant = 'tenant' in asking ? asking.tenant : 'a';
    return askRaw(port, path, { ...asking, headers: { ...(tenant && { 'x-tenant': tenant }), ...asking.headers } });
  };
  return {
    cache,
    app,
    port,
    url: `http://127.0.0.1:${port}`,
    reports,
    response,
    ask,
    get: (path, headers) => ask(path, headers === undefined ? {} : { headers }),
  };
}

export async function closeResponseApps(): Promise<void> {
  await Promise.all(open.splice(0).map((app) => app.close()));
}

/** One request whose path goes out as it is given. */
export function askRaw(port: number, path: string, { method = 'GET', headers, body }: Ask = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const whole = Buffer.concat(chunks);
        const status = incoming.headers['cache-status'];
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: whole,
          text: whole.toString(),
          cacheStatus: status === undefined ? undefined : String(status).replace(/^tenantcache; /, ''),
        });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function listen(server: Server): Promise<number> {
  // Room for a herd that connects faster than a busy machine accepts.
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, resolve));
  return (server.address() as AddressInfo).port;
}
