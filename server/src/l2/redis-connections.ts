import { setTimeout as delay } from 'node:timers/promises';
import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from '../core/contracts.js';
import { ReplicatingPool } from './replicating-pool.js';
import { reasonOf } from './store-unavailable.js';

/** One server: its URL, a client of the application's own whose options are taken over, or a node of a Cluster. */
export type ServerSource =
  | { readonly url: string }
  | { readonly client: Redis }
  | { readonly host: string; readonly port: number; readonly options: RedisOptions };

/** Replies as they come: no option of the application's changes their shape. */
type ClientOptions = Omit<RedisOptions, 'replyMapping'>;

const CONNECT_TIMEOUT_MS = 2_000;
const FIRST_RETRY_MS = 50;
const MAX_RETRY_MS = 2_000;

/** A command fails at once where it cannot be sent, and is never sent twice: a write that timed out may have happened. */
const OPTIONS = {
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  autoResubscribe: false,
  maxRetriesPerRequest: 0,
  protocol: 2,
  lazyConnect: false,
  connectTimeout: CONNECT_TIMEOUT_MS,
  // One that is given up and does not end is cut. The client waits as long for one that ended before, and the process with it.
  disconnectTimeout: 250,
  // A connection that owes an answer for so long is replaced.
  socketTimeout: 5_000,
  keepAlive: 10_000,
  // Keys are spelt in full by redis-keys.ts; a prefix would reach some of them only.
  keyPrefix: '',
  // Calls are gathered before they come here: reads as one MGET, writes as one script call a tick.
  enableAutoPipelining: false,
  retryStrategy: retryDelayMs,
} as const satisfies RedisOptions;

/** Doubles from 50 ms to 2 s, with jitter so that processes do not return in step. */
function retryDelayMs(attempt: number): number {
  return Math.round(
    Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempt - 1, 16)) * (0.75 + Math.random() / 4),
  );
}

/** Reads do not queue behind scripts, so each has its own connection; the subscriber needs its own by protocol. */
export class RedisConnections {
  readonly reads: Redis;
  readonly scripts: Redis;
  readonly subscriber: Redis;
  /** Resolves once the first attempt of the two command connections has ended, either way. */
  readonly attempted: Promise<void>;
  /** For writes that wait for replicas. */
  readonly replicating: ReplicatingPool;

  constructor(source: ServerSource, logger: Logger) {
    this.reads = open(source, 'reads', logger);
    this.scripts = open(source, 'scripts', logger);
    this.subscriber = open(source, 'subscriber', logger);
    this.replicating = new ReplicatingPool(async () => {
      const client = open(source, 'replicating', logger);
      await firstAttempt(client);
      return client;
    });
    const first = Promise.all([firstAttempt(this.reads), firstAttempt(this.scripts)]);
    this.attempted = Promise.race([first, delay(CONNECT_TIMEOUT_MS, undefined, { ref: false })]).then(noop);
  }

  get ready(): boolean {
    return this.reads.status === 'ready' && this.scripts.status === 'ready';
  }

  /** Lets what is under way finish for `graceMs`, then cuts. */
  async close(graceMs: number): Promise<void> {
    this.replicating.close();
    await Promise.all([endOf(this.reads, graceMs), endOf(this.scripts, graceMs)]);
  }
}

export async function endOf(client: Redis, graceMs: number): Promise<void> {
  if (client.status === 'ready') {
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([client.quit().then(noop, noop), grace]);
    clearTimeout(timer);
  }
  client.disconnect();
}

/** Asks one question over a connection of its own, of a server that none is open to. */
export async function askOnce<T>(source: ServerSource, timeoutMs: number, ask: (client: Redis) => Promise<T>) {
  const options = { ...OPTIONS, enableOfflineQueue: true, connectTimeout: timeoutMs, retryStrategy: null };
  const client = newClient(source, { ...options, connectionName: 'tenantcache:topology' });
  client.on('error', noop);
  try {
    return await Promise.race([ask(client), expiry(timeoutMs)]);
  } finally {
    client.disconnect();
  }
}

export async function expiry(timeoutMs: number): Promise<never> {
  await delay(timeoutMs, undefined, { ref: false });
  throw new Error('no answer');
}

function newClient(source: ServerSource, options: ClientOptions): Redis {
  if ('url' in source) return new Redis(source.url, options);
  if ('client' in source) return source.client.duplicate(options);
  return new Redis({ ...(source.options as ClientOptions), ...options, host: source.host, port: source.port });
}

function open(source: ServerSource, role: string, logger: Logger): Redis {
  const client = newClient(source, { ...OPTIONS, connectionName: `tenantcache:${role}` });
  let reported = false;
  client.on('error', (error: unknown) => {
    if (reported) return;
    reported = true;
    logger.warn({ connection: role, reason: reasonOf(error) }, 'Redis connection failed; trying again');
  });
  client.on('ready', () => {
    if (reported) logger.info({ connection: role }, 'Redis connection stands again');
    reported = false;
  });
  return client;
}

function firstAttempt(client: Redis): Promise<void> {
  return new Promise((resolve) => {
    client.once('ready', resolve);
    client.once('close', resolve);
  });
}

function noop(): void {}
