import { randomUUID } from 'node:crypto';
import { Agent, type ClientRequest, get, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { TenantId } from '../../src/core/tenant-id.js';
import { postgresUsage } from '../../src/postgres/index.js';
import { until } from '../fakes/redis-process.js';
import { testRedisUrl } from '../fakes/redis-url.js';
import { waitedMs } from '../fakes/waited.js';
import { type WorkerProcess, type WorkerProgram, workerProgram } from '../fakes/worker-process.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

export interface SigtermOrder {
  readonly redisUrl: string;
  readonly databaseUrl: string;
  readonly adminUrl: string;
  readonly tenant: string;
  readonly unreadyMs: number;
  readonly patienceMs: number;
}

const CONNECTIONS = 150;
/** Longer than a busy machine keeps a client or the server from its turn. */
const LOADED = { unreadyMs: 3_000, patienceMs: 5_000 };
const STUCK = { unreadyMs: 500, patienceMs: 1_500 };

let test: TestDatabase;
let program: WorkerProgram;
let worker: WorkerProcess;
let port: number;
let tenant: string;

beforeAll(async () => {
  test = await createTestDatabase();
  program = await workerProgram(new URL('./sigterm-worker.ts', import.meta.url));
}, 300_000);
beforeEach(() => {
  tenant = `sigterm-${randomUUID()}`;
});
afterEach(() => worker?.kill());

async function start(times: typeof LOADED): Promise<void> {
  const { appUrl: databaseUrl, adminUrl } = test;
  worker = program.start({ redisUrl: testRedisUrl(), databaseUrl, adminUrl, tenant, ...times } satisfies SigtermOrder);
  port = await worker.answer<number>();
}
afterAll(async () => {
  program?.remove();
  await test?.drop();
});

interface Answer {
  readonly body: string;
  readonly closes: boolean;
}

function answerOf(call: ClientRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    call.on('error', reject);
    call.on('response', (response: IncomingMessage) => {
      const closes = response.headers.connection === 'close';
      text(response).then((body) => resolve({ body, closes }), reject);
      response.on('aborted', () => reject(new Error('aborted')));
    });
  });
}

const ask = (path: string, agent: Agent | false = false) => answerOf(get({ host: '127.0.0.1', port, path, agent }));

/** A body that comes in chunks over most of a second. */
async function upload(agent: Agent): Promise<Answer> {
  const call = request({ host: '127.0.0.1', port, path: '/upload', method: 'POST', agent });
  const answer = answerOf(call);
  // A failure is looked at where the answer is awaited.
  answer.catch(() => {});
  for (let chunk = 0; chunk < 8; chunk++) {
    call.write('x'.repeat(1_000));
    await delay(100);
  }
  call.end();
  return answer;
}

/** What a fleet of clients saw. */
class Load {
  readonly dropped: string[] = [];
  answered = 0;
  toldToClose = 0;
  /** As a balancer knows it. */
  ready = true;
  readonly #clients: Promise<void>[] = [];

  /** One keep-alive connection with one request at a time, until `goOn` says no, or its last answer closes it. */
  client(path: string, expected: string, goOn: () => boolean): void {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const run = async () => {
      while (goOn()) {
        try {
          const { body, closes } = await (path === '/upload' ? upload(agent) : ask(path, agent));
          if (!body.includes(expected)) this.dropped.push(`${path}: ${body}`);
          this.answered++;
          if (!closes) continue;
          this.toldToClose++;
          return;
        } catch (error) {
          this.dropped.push(`${path}: ${error}`);
        }
      }
    };
    this.#clients.push(run().finally(() => agent.destroy()));
  }

  /** Asks `/readyz` every 50 ms until it is not ready, and returns what it said then. */
  async watch(): Promise<string> {
    for (;;) {
      const { body } = await ask('/readyz');
      if (!body.includes('"ok"')) {
        this.ready = false;
        return body;
      }
      await delay(50);
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.#clients);
  }
}

it('SIGTERM under load drops no request and brings usage away', async () => {
  await start(LOADED);
  const load = new Load();
  const whileReady = () => load.ready;
  for (let n = 0; n < CONNECTIONS; n++) load.client('/quick', '"ok":true', n % 2 ? whileReady : () => true);
  for (let n = 0; n < 20; n++) {
    load.client('/slow', '"ok":true', whileReady);
    load.client('/stream', 'end', whileReady);
    load.client('/upload', '"bytes":8000', whileReady);
  }
  await until(() => load.answered > 1_000);
  const unready = load.watch();
  const code = await worker.end('SIGTERM');
  await load.end();
  expect(load.dropped).toEqual([]);
  expect(await unready).toContain('"closing"');
  expect(code).toBe(0);
  // Half of the connections know nothing of /readyz: all of them ended by an answer that said so.
  expect(load.toldToClose).toBeGreaterThanOrEqual(CONNECTIONS / 2);

  const usage = postgresUsage({ url: test.appUrl, adminUrl: test.adminUrl });
  const date = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const span = { fromDate: date(Date.now() - 86_400_000), toDate: date(Date.now()) };
  const days = (await usage.reader?.days(tenant as TenantId, span)) ?? [];
  await usage.close();
  expect(days.reduce((sum, { requests }) => sum + requests, 0)).toBe(load.answered);
});

it('a request that never ends is cut, idle connections keep nothing up, and the end comes within 10 s', async () => {
  await start(STUCK);
  const stuck = ask('/stuck').then(
    () => 'answered',
    () => 'cut',
  );
  const idle = new Agent({ keepAlive: true });
  await Promise.all(Array.from({ length: 20 }, () => ask('/quick', idle)));
  expect(await waitedMs(async () => expect(await worker.end('SIGTERM')).toBe(0))).toBeLessThan(10_000);
  expect(await stuck).toBe('cut');
  idle.destroy();
});
