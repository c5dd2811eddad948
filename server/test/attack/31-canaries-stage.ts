import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import express, { type Express, type Request } from 'express';
import { Redis } from 'ioredis';
import { SignJWT } from 'jose';
import type { Logger } from '../../src/core/contracts.js';
import { TenantCacheError } from '../../src/core/errors.js';
import type { CacheEvent } from '../../src/core/events.js';
import { createTenantCache, fromJwt, problemHandler, type TenantCacheServer } from '../../src/index.js';
import { staticTenants } from '../../src/tenant/static-tenants.js';
import { MemoryAlertStore } from '../../src/testing/memory-alert-store.js';
import { MemoryCurveStore } from '../../src/testing/memory-curve-store.js';
import { MemoryUsageSink } from '../../src/testing/memory-usage-sink.js';
import { RedisProcess } from '../fakes/redis-process.js';
import { failing, TellingError } from './31-canaries-faults.js';
import { type Canary, canary } from './31-canaries-planted.js';

const KIB = 1024;

/** The parts of an application, each with canaries in all that it is told, and what they wrote. */
export class Stage {
  readonly canaries: Canary[] = [];
  readonly events: CacheEvent[] = [];
  readonly spans = new InMemorySpanExporter();
  /** Codes of the errors that callers got; `APPLICATION` for those of the application's own. */
  readonly codes = new Set<string>();
  /** Of the log. */
  readonly messages = new Set<string>();
  readonly faults = { sink: false, directory: false, persist: false };
  readonly password = this.plant('password of Redis');
  readonly adminToken = this.plant('admin token');
  readonly jwtSecret = `${this.plant('secret of tokens')}-${this.plant('secret of tokens, its end')}`;
  readonly redis: RedisProcess;
  readonly cache: TenantCacheServer;
  readonly logger: Logger;
  readonly #sink = new TellingError(this.planted('error of the sink'));
  readonly #directory = new TellingError(this.planted('error of the directory'));
  readonly #persist = new TellingError(this.planted('error of persist'));
  readonly #servers: ReturnType<typeof createServer>[] = [];
  /** Answers that were given from what is kept. */
  pagesKept = 0;
  url = '';
  bareUrl = '';
  receiverUrl = '';

  private constructor(redis: RedisProcess, pinoAt: string) {
    this.redis = redis;
    const { pino } = createRequire(pinoAt)('pino');
    const write = (line: string) => {
      this.messages.add(JSON.parse(line).msg);
      process.stdout.write(line);
    };
    this.logger = pino({ level: 'trace' }, { write });
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(this.spans)] });
    trace.setGlobalTracerProvider(provider);
    const faulty = (name: keyof typeof this.faults, error: Error) => () => (this.faults[name] ? error : undefined);
    const usage = Object.assign(new MemoryUsageSink(), {
      alerts: new MemoryAlertStore(),
      curves: new MemoryCurveStore(),
    });
    const tenants = staticTenants({
      static: {
        calm: { quotaBytes: 4 * KIB * KIB },
        small: { quotaBytes: 16 * KIB, overageAllowed: true, overageLimitBytes: 8 * KIB },
        full: { quotaBytes: 4 * KIB, policy: 'reject' },
        watched: { quotaBytes: 4 * KIB, enforcement: 'observe' },
        gone: { quotaBytes: 4 * KIB, suspended: true },
      },
    });
    this.cache = createTenantCache({
      redis: this.redisOption,
      tenants: failing(tenants, faulty('directory', this.#directory)),
      usage: failing(usage, faulty('sink', this.#sink)),
      usageInterval: '1s',
      upkeep: { patrolEvery: '1s' },
      breaker: { failures: 2, halfOpenAfter: '200ms' },
      redisTimeout: '500ms',
      compression: { thresholdBytes: KIB },
      encryption: { keys: { now: this.#encryptionKey() }, activeKeyId: 'now' },
      writeBehind: {
        persist: async () => {
          if (this.faults.persist) throw this.#persist;
        },
        maxAttempts: 2,
        backoff: { first: '10ms' },
        drainTimeout: '100ms',
      },
      webhooks: { allowHttp: true, allowPrivateAddresses: true },
      tracing: { tenant: true },
      logger: this.logger,
      observers: [(event) => this.events.push(event)],
    });
  }

  static async open(pinoAt: string): Promise<Stage> {
    const redis = await RedisProcess.reserve();
    await redis.start();
    const stage = new Stage(redis, pinoAt);
    await stage.lock();
    await stage.cache.ready().catch(() => {});
    const app = express();
    app.get('/metrics', stage.cache.metricsHandler());
    app.get('/readyz', stage.cache.readyzHandler());
    const onError = (error: unknown) => stage.note(error);
    app.use('/admin', stage.cache.adminRouter({ authorize: (req) => stage.#authorize(req), onError }));
    stage.#routes(app);
    app.use(problemHandler(onError));
    stage.url = await stage.#listen(app);
    // Express itself prints what nobody handles.
    const bare = express();
    stage.#routes(bare);
    stage.bareUrl = await stage.#listen(bare);
    stage.receiverUrl = await stage.#listen((_req: IncomingMessage, res: ServerResponse) => {
      res.writeHead(500).end(stage.plant('answer of a webhook’s receiver'));
    });
    return stage;
  }

  planted(place: string): Canary {
    const made = canary(place);
    this.canaries.push(made);
    return made;
  }

  plant(place: string): string {
    return this.planted(place).text;
  }

  get redisOption() {
    return { url: this.redis.url.replace('//', `//:${this.password}@`) };
  }

  /** Sets the password: a Redis of the tests starts without one. */
  async lock(): Promise<void> {
    const client = this.redis.client();
    await client.config('SET', 'requirepass', this.password);
    client.disconnect();
  }

  /** A connection for the test itself. */
  client(): Redis {
    return new Redis(this.redis.url, { password: this.password, maxRetriesPerRequest: 0 });
  }

  /** What an application does about an error: its own it knows, those of the package it logs as they are. */
  note(error: unknown): void {
    const own = error instanceof TenantCacheError;
    this.codes.add(own ? error.code : 'APPLICATION');
    if (own) this.logger.error({ err: error }, 'a call failed');
  }

  async attempt<T>(call: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await call();
    } catch (error) {
      this.note(error);
      return undefined;
    }
  }

  token(tenant: string, claims: object = {}, secondsLeft = 60): Promise<string> {
    const expiry = Math.floor(Date.now() / 1_000) + secondsLeft;
    const jwt = new SignJWT({ tenant_id: tenant, note: this.plant('claim of a token'), ...claims });
    return jwt.setProtectedHeader({ alg: 'HS256' }).setExpirationTime(expiry).sign(Buffer.from(this.jwtSecret));
  }

  async close(): Promise<void> {
    await this.attempt(() => this.cache.close());
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
    await this.redis.kill();
  }

  #encryptionKey(): string {
    const bytes = Buffer.from(this.plant('encryption key').padEnd(32, 'x'));
    this.canaries.push({ place: 'encryption key as base64', text: bytes.toString('base64') });
    return bytes.toString('base64');
  }

  #authorize(req: Request) {
    if (req.get('authorization') !== `Bearer ${this.adminToken}`) return undefined;
    return { actor: `${this.plant('actor')}@example.com`, role: 'admin' as const };
  }

  #routes(app: Express): void {
    app.use(this.cache.middleware({ tenant: fromJwt({ secret: this.jwtSecret }) }));
    app.use('/own', this.cache.tenantRouter({ onError: (error) => this.note(error) }));
    app.get('/items/:key', async (req, res) => {
      res.json(await req.tenantCache.getOrSet('item', String(req.params.key), () => this.plant('value')));
    });
    const pages = this.cache.response({ ttl: '1m', tags: () => [this.plant('tag of an answer')] });
    app.get('/pages/:key', pages, (req, res) => {
      res.set('ETag', `"${this.plant('ETag of an answer')}"`).set('X-Note', this.plant('field of an answer'));
      res.json({ asked: req.url, note: this.plant('body of an answer') });
    });
    app.get('/failing/:key', this.cache.response({ staleIfError: '1m' }), (_req, res) => {
      res.status(503).json({ note: this.plant('answer that failed') });
    });
    app.put('/items/:key', express.text({ limit: '1mb' }), async (req, res) => {
      res.json(await req.tenantCache.set('item', String(req.params.key), req.body));
    });
    app.post('/items/:key', async (req, res) => {
      res.json(await req.tenantCache.set('item', String(req.params.key), () => this.plant('value')));
    });
  }

  async #listen(handler: RequestListener | Express): Promise<string> {
    const server = createServer(handler as RequestListener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.#servers.push(server);
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
}
