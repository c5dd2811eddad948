import { randomBytes } from 'node:crypto';
import { Agent, request as httpRequest, type RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { type WorkerProcess, type WorkerProgram, workerProgram } from '../fakes/worker-process.js';
import type { EdgeOrder, EdgeState } from './35-edge-worker.js';

const REQUESTS = 10_000;
/** Until the process has seen everything once, and its heap has its size. */
/** Memory is read after each. */
const ROUNDS = 4;
const TENANTS = ['acme', 'blue'];
const IN_FLIGHT = 16;

/** A small generator with a seed, so that a failing run can be repeated. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const seed = Number(process.env.TEST_SEED ?? randomBytes(4).readUInt32LE());
const next = random(seed);
const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;
const garbage = (max: number): string =>
  Buffer.from(Array.from({ length: Math.floor(next() * max) }, () => Math.floor(next() * 256))).toString('latin1');
const safeHeader = (value: string): string => value.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '?');

const PATHS = [
  ...Array<string>(6).fill('/api'),
  '/admin/tenants/acme/reconcile',
  '/stored/a',
  '/stored/%c0%ae%c0%ae/a',
  '/stored/a;x=.css',
  '/livez',
  '/readyz',
  '/metrics',
  '/me/cache/usage',
  '/me/cache/statements/2026-99',
  '/me/cache/%',
  '/admin/fleet',
  '/admin/plans',
  '/admin/plans/a%00/quota',
  '/admin/store',
  '/admin/openapi.json',
  '/admin/nodes',
  '/admin/usage/days',
  '/admin/statements.csv',
  '/admin/tenants/acme/entries',
  '/admin/tenants/acme/api-keys',
  '/admin/tenants/acme/invalidate',
  '/admin/tenants/acme/delete',
  '/admin/tenants/acme/alert-rules',
  '/admin/webhooks',
  '/admin/webhooks/not-an-id',
  '/admin/alerts',
  '/admin/tenants',
  '/admin/audit',
  '/admin/tenants/acme',
  '/admin/tenants/acme/quota',
  '/admin/tenants/acme/quota/preview',
  '/admin/tenants/acme/clear',
  '/admin/tenants/%ff',
  '/admin/%',
  '/admin/tenants/a%00b/quota',
  '/admin//tenants',
  '/admin/tenants/..%2f..',
];
const QUERIES = [
  '',
  '?page=-1',
  '?page=NaN',
  '?pageSize=1e9',
  '?search=%00',
  '?search=%',
  '?sort[]=name',
  '?order[a][b]=c',
  '?__proto__=1',
  '?tenant=a:b',
  '?actor=%ed%a0%80',
  `?${'a=1&'.repeat(500)}`,
];
const METHODS = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PROPFIND'];
const TYPES = [
  'application/json',
  'application/json; charset=latin-9',
  'text/plain',
  'application/json; charset=',
  'multipart/form-data',
  '',
];
const ENCODINGS = ['gzip', 'br', 'deflate', 'zstd', 'identity', 'x'];
const BODIES = [
  '',
  '{',
  '[]',
  'null',
  '0',
  '"x"',
  '{"quotaMb":-1}',
  '{"quotaMb":1e999,"reason":"x"}',
  '{"__proto__":{}}',
  '[['.repeat(2_000),
  ...Array<string>(3).fill(`{"reason":"${'x'.repeat(20_000)}"}`),
  '\0',
  '\ufeff{}',
  '{"reason":"\\ud800"}',
];
const IF_MATCHES = ['', '*', '"1"', 'W/"1"', '"', '1,2', '""""', ','.repeat(200), `"${'9'.repeat(400)}"`];

interface Made {
  readonly options: RequestOptions;
  readonly body: string;
  /** Who may be told this tenant's data: itself. */
  readonly tenant: string | undefined;
}

const jwtSecret = randomBytes(32).toString('hex');
const tokens = await Promise.all(
  TENANTS.map(async (tenant) => {
    const token = new SignJWT({ tenant_id: tenant }).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('1h');
    return { tenant, token: await token.sign(Buffer.from(jwtSecret)) };
  }),
);

/** Valid HTTP with nonsense in it: what a parser lets through to us. */
function malformed(): Made {
  const own = next() < 0.4 ? pick(tokens) : undefined;
  const query = next() < 0.2 ? `?${encodeURI(garbage(40))}` : pick(QUERIES);
  const headers: Record<string, string> = {
    authorization: own
      ? `Bearer ${own.token}`
      : pick([
          'Bearer admin',
          'Bearer admin',
          'Bearer admin',
          'Bearer tenant_admin',
          'Bearer viewer',
          'Bearer',
          'bearer x.y.z',
          'Basic x',
          safeHeader(`Bearer ${garbage(60)}`),
        ]),
    'if-match': pick(IF_MATCHES),
    'x-tenant-id': next() < 0.3 ? pick(TENANTS) : safeHeader(garbage(20)),
    'x-forwarded-host': safeHeader(garbage(20)),
    'x-request-id': safeHeader(garbage(80)),
  };
  if (next() < 0.2) headers['idempotency-key'] = pick(['k', '', '"k"', safeHeader(garbage(20)), 'x'.repeat(300)]);
  if (next() < 0.1) headers.cookie = safeHeader(garbage(40));
  if (next() < 0.1) headers.origin = pick(['null', 'https://evil.example', '//', safeHeader(garbage(10))]);
  if (next() < 0.1) headers.range = pick(['bytes=0-', 'bytes=9-1', 'bytes=-', 'x', `bytes=${'0-1,'.repeat(300)}`]);
  if (next() < 0.1) headers['cache-control'] = pick(['only-if-cached', 'max-age=x', 'max-age=-1', ',,,', '"']);
  const method = pick(METHODS);
  const body =
    method === 'GET' || method === 'HEAD' || method === 'OPTIONS' ? '' : next() < 0.2 ? garbage(200) : pick(BODIES);
  // Node's client frames the body of some methods only; unframed it would be the start of the next request.
  headers['content-length'] = String(Buffer.byteLength(body));
  if (body !== '') headers['content-type'] = next() < 0.6 ? 'application/json' : pick(TYPES);
  if (body !== '' && next() < 0.2) headers['content-encoding'] = pick(ENCODINGS);
  return { options: { method, path: `${pick(PATHS)}${query}`, headers }, body, tenant: own?.tenant };
}

const VIEWER = { options: { path: '/admin/tenants', headers: { authorization: 'Bearer viewer' } }, body: '' };

describe('attack 35: malformed requests', () => {
  let program: WorkerProgram;
  let worker: WorkerProcess;
  let port: number;
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });

  beforeAll(async () => {
    program = await workerProgram(new URL('./35-edge-worker.ts', import.meta.url));
    worker = program.start({ jwtSecret, headersTimeoutMs: 10_000, requestTimeoutMs: 30_000 } satisfies EdgeOrder);
    port = (await worker.answer<EdgeState>()).port;
  });
  afterAll(async () => {
    agent.destroy();
    await worker.kill();
    program.remove();
  });

  function send({ options, body }: Omit<Made, 'tenant'>): Promise<{ status: number; answer: string }> {
    return new Promise((resolve, reject) => {
      const call = httpRequest({ ...options, port, host: '127.0.0.1', agent }, (res) => {
        text(res).then((answer) => resolve({ status: res.statusCode ?? 0, answer }), reject);
      });
      call.on('error', reject);
      call.end(body);
    });
  }

  async function flood(count: number, statuses: Map<number, number>): Promise<void> {
    let left = count;
    const client = async (): Promise<void> => {
      while (left-- > 0) {
        const made = malformed();
        const { status, answer } = await send(made);
        const foreign = TENANTS.filter((tenant) => tenant !== made.tenant && answer.includes(`canary-of-${tenant}`));
        if (status >= 500 || foreign.length > 0) {
          const { errors } = await worker.ask<EdgeState>('state');
          throw new Error(`${status} ${foreign} for ${JSON.stringify(made)}: ${answer.slice(0, 200)} ${errors}`);
        }
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, client));
  }

  async function rounds(statuses: Map<number, number>): Promise<EdgeState[]> {
    const states: EdgeState[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await flood(REQUESTS / ROUNDS, statuses);
      states.push(await worker.ask<EdgeState>('state'));
    }
    return states;
  }

  it(`${REQUESTS} of them over the whole edge get no 5xx, nothing of another tenant, and no memory (seed ${seed})`, async () => {
    for (const { token } of tokens) {
      const own = { options: { path: '/api', headers: { authorization: `Bearer ${token}` } }, body: '' };
      expect(await send(own)).toMatchObject({ status: 200 });
    }
    // What is made once, such as the description of the API, is no growth.
    await flood(REQUESTS / ROUNDS, new Map());
    const before = await rounds(new Map());
    const statuses = new Map<number, number>();
    const after = await rounds(statuses);
    expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(REQUESTS);
    expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 401, 403, 404, 405, 413, 415]));
    expect(after.at(-1)?.errors).toEqual([]);
    // The resident set wavers by a tenth by itself, as pages are given back: what leaks never comes back down.
    const lowest = Math.min(...after.map(({ rssBytes }) => rssBytes));
    expect(lowest / Math.max(...before.map(({ rssBytes }) => rssBytes))).toBeLessThanOrEqual(1.1);
    const heap = (states: EdgeState[]) => states.at(-1)?.heapBytes ?? Number.NaN;
    expect(heap(after) / heap(before)).toBeLessThanOrEqual(1.1);
  }, 600_000);

  it.each([
    ['an unknown version', 'GET / HTTP/9.9\r\n\r\n'],
    ['no version', 'GET /api\r\n\r\n'],
    ['NUL in the method', 'G\0T /api HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['NUL in a header', 'GET /api HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n'],
    ['no host', 'GET /api HTTP/1.1\r\n\r\n'],
    [
      'two lengths',
      'POST /admin HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a negative length', 'POST /admin HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n'],
    ['20 kB of header', `GET /api HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`],
    ['TLS', '\x16\x03\x01\x02\x00'],
  ])('%s on the socket gets 4xx, and others are served', async (_name, bytes) => {
    const socket = connect(port, '127.0.0.1');
    socket.end(Buffer.from(bytes, 'latin1'));
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(await send(VIEWER)).toMatchObject({ status: 200 });
  });

  it('a request that never ends does not keep others waiting', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(
      'PATCH /admin/tenants/acme/quota HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer admin\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    expect(await send(VIEWER)).toMatchObject({ status: 200 });
    socket.destroy();
  });
});
