import { randomBytes } from 'node:crypto';
import { Agent, createServer, request as httpRequest, type RequestOptions } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { problemHandler } from '../../src/http/problem.js';
import { tenantMiddleware } from '../../src/http/tenant-middleware.js';
import { fromJwt } from '../../src/tenant/from-jwt.js';
import { AdminApp } from '../unit/http/admin-app.js';
import { deps, handleOf } from '../unit/http/tenant-app.js';

const REQUESTS = 10_000;
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
  '/api',
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
  `{"reason":"${'x'.repeat(20_000)}"}`,
  '\0',
  '\ufeff{}',
  '{"reason":"\\ud800"}',
];
const IF_MATCHES = ['', '*', '"1"', 'W/"1"', '"', '1,2', '""""', ','.repeat(200), `"${'9'.repeat(400)}"`];

/** Valid HTTP with nonsense in it: what a parser lets through to us. */
function malformed(): { options: RequestOptions; body: string } {
  const query = next() < 0.2 ? `?${encodeURI(garbage(40))}` : pick(QUERIES);
  const headers: Record<string, string> = {
    authorization: pick([
      'Bearer admin',
      'Bearer viewer',
      'Bearer',
      'bearer x.y.z',
      'Basic x',
      safeHeader(`Bearer ${garbage(60)}`),
    ]),
    'if-match': pick(IF_MATCHES),
    'x-tenant-id': safeHeader(garbage(20)),
  };
  const method = pick(METHODS);
  const body =
    method === 'GET' || method === 'HEAD' || method === 'OPTIONS' ? '' : next() < 0.2 ? garbage(200) : pick(BODIES);
  // Node's client frames the body of some methods only; unframed it would be the start of the next request.
  headers['content-length'] = String(Buffer.byteLength(body));
  if (body !== '') headers['content-type'] = pick(TYPES);
  if (body !== '' && next() < 0.3) headers['content-encoding'] = pick(ENCODINGS);
  return { options: { method, path: `${pick(PATHS)}${query}`, headers }, body };
}

describe('attack 35: malformed requests', () => {
  const fixture = new AdminApp();
  const seen = new Set<string>();
  const app = express();
  app.use('/api', tenantMiddleware(deps, { tenant: fromJwt({ secret: randomBytes(32) }) }), (req, res) => {
    seen.add(handleOf(req).tenant);
    res.end();
  });
  app.use(fixture.app);
  app.use(problemHandler());
  const server = createServer(app);
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });

  beforeAll(() => new Promise<void>((done) => void server.listen(0, '127.0.0.1', done)));
  afterAll(async () => {
    agent.destroy();
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  const port = () => (server.address() as AddressInfo).port;

  function send({ options, body }: ReturnType<typeof malformed>): Promise<number> {
    return new Promise((resolve, reject) => {
      const call = httpRequest({ ...options, port: port(), host: '127.0.0.1', agent }, (res) => {
        res.resume().on('end', () => resolve(res.statusCode ?? 0));
      });
      call.on('error', reject);
      call.end(body);
    });
  }

  it(`${REQUESTS} of them get no 5xx, and change nothing (seed ${seed})`, async () => {
    const statuses = new Map<number, number>();
    let left = REQUESTS;
    const worker = async (): Promise<void> => {
      while (left-- > 0) {
        const made = malformed();
        const status = await send(made);
        if (status >= 500) throw new Error(`${status} for ${JSON.stringify(made)}`);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
    expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(REQUESTS);
    expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 401, 403, 404, 405, 413, 415]));
    expect(fixture.errors).toEqual([]);
    expect(fixture.cleared).toEqual([]);
    expect(seen.size).toBe(0);
    expect(await fixture.directory.find('acme' as never)).toMatchObject({ version: 1 });
  }, 60_000);

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
    const socket = connect(port(), '127.0.0.1');
    socket.end(Buffer.from(bytes, 'latin1'));
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(
      await send({ options: { path: '/admin/tenants', headers: { authorization: 'Bearer viewer' } }, body: '' }),
    ).toBe(200);
  });

  it('a request that never ends does not keep others waiting', async () => {
    const socket = connect(port(), '127.0.0.1');
    socket.write(
      'PATCH /admin/tenants/acme/quota HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer admin\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    expect(
      await send({ options: { path: '/admin/tenants', headers: { authorization: 'Bearer viewer' } }, body: '' }),
    ).toBe(200);
    socket.destroy();
  });
});
