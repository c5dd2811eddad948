import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import express, { type RequestHandler } from 'express';
import express4 from 'express4';
import onHeaders from 'on-headers';
import { closeResponseApps, type Reply, responseApp } from '../unit/response/response-app.js';
import { until } from '../unit/response/until.js';

afterEach(closeResponseApps);

/** Answers with everything that an application might build an answer from. */
const mirror: RequestHandler = (req, res) => {
  res.json({
    url: req.headers['x-original-url'] ?? req.headers['x-rewrite-url'] ?? req.originalUrl,
    method: req.headers['x-http-method-override'] ?? req.method,
    host: req.headers['x-forwarded-host'] ?? req.headers.forwarded ?? req.headers['x-host'] ?? req.headers.host,
    proto: req.headers['x-forwarded-proto'] ?? req.protocol,
    prefix: req.headers['x-forwarded-prefix'] ?? '',
    who: req.headers.authorization ?? req.headers.cookie ?? 'nobody',
    query: req.query,
    body: req.body ?? null,
  });
};

const HEADERS: readonly Record<string, string>[] = [
  { 'X-Forwarded-Host': 'evil.example' },
  { 'X-Forwarded-Proto': 'javascript' },
  { 'X-Forwarded-Prefix': '//evil.example' },
  { 'X-Forwarded-Port': '1' },
  { 'X-Forwarded-Scheme': 'nothttps' },
  { 'X-Host': 'evil.example' },
  { Forwarded: 'host=evil.example' },
  { 'X-Original-URL': '/admin' },
  { 'X-Rewrite-URL': '/admin' },
  { 'X-HTTP-Method-Override': 'DELETE' },
  { 'X-HTTP-Method': 'PUT' },
  { 'X-Method-Override': 'POST' },
  { Host: 'evil.example' },
  { Host: 'LOCALHOST.evil.example' },
  { Authorization: 'Bearer attacker' },
  { Cookie: 'sid=attacker' },
  { 'Content-Length': '9', 'Content-Type': 'application/json' },
];

describe.each([
  ['5', express],
  ['4', express4 as unknown as typeof express],
])('attack 8: poisoning the response cache, on Express %s', (_version, framework) => {
  const modes = [
    ['with a ttl', { ttl: '1m' }, {}],
    ['by RFC 9111', {}, { 'Cache-Control': 'max-age=60' }],
  ] as const;

  it.each(modes)('no header that an app may listen to changes what others get, %s', async (_name, options, fields) => {
    const { ask, get, reports } = await responseApp(
      (app, response) => {
        app.use(response(options));
        app.use(express.json());
        app.all(
          '/page',
          (_req, res, next) => {
            res.set(fields);
            next();
          },
          mirror,
        );
      },
      { framework },
    );
    for (const [n, headers] of HEADERS.entries()) {
      const path = `/page?n=${n}`;
      const body = headers['Content-Length'] ? '{"a": 1}\n' : undefined;
      // First of all, so that it would be what is stored.
      for (let again = 0; again < 2; again++) await ask(path, { headers, ...(body && { body }) });
      const victim = await get(path);
      expect([headers, victim.text]).toEqual([
        headers,
        expect.not.stringMatching(/evil|admin|attacker|DELETE|PUT|POST|javascript|"a":1/),
      ]);
      expect(victim.cacheStatus).not.toMatch(/^hit/);
      // And neither after it.
      await ask(path, { headers, ...(body && { body }) });
      await until(async () => (await get(path)).cacheStatus?.startsWith('hit') ?? false);
      await ask(path, { headers, ...(body && { body }) });
      expect((await get(path)).text).toBe(victim.text);
    }
    expect(reports).toEqual([]);
  });

  it('parameters twice, in another order or another spelling never share an answer that differs', async () => {
    const { get } = await responseApp((app, response) => app.get('/page', response({ ttl: '1m' }), mirror), {
      framework,
    });
    const queries = [
      'a=1&a=2',
      'a=2&a=1',
      'a[]=1&a=2',
      'a=1',
      'a=1&b=2',
      'A=1',
      'a=%31',
      'a=1&',
      'a=1#b',
      'a=1;b=2',
      'a=1&b',
      'a=1&b=',
      'a=1%26b=2',
      'a=+1',
      'a=%201',
      'a=1&b=2&a=3',
      'a=1&a=3&b=2',
      '__proto__=1',
      'a[__proto__]=1',
    ]; // prettier-ignore
    const alone = new Map<string, string>();
    for (const query of queries) {
      const { get: fresh } = { get };
      alone.set(query, JSON.stringify(JSON.parse((await fresh(`/page?${query}`)).text).query));
    }
    const plain = await responseApp((app) => app.get('/page', mirror), { framework });
    for (const query of queries) {
      const told = JSON.stringify(JSON.parse((await plain.get(`/page?${query}`)).text).query);
      const sorted = (text: string) => JSON.stringify(Object.entries(JSON.parse(text)).sort());
      expect([query, sorted(alone.get(query) as string)]).toEqual([query, sorted(told)]);
    }
  });

  it.each([
    ['Vary: *', { Vary: '*', 'Cache-Control': 'max-age=60' }],
    ['Set-Cookie', { 'Set-Cookie': 'sid=1', 'Cache-Control': 'max-age=60' }],
    ['private', { 'Cache-Control': 'private, max-age=60' }],
    ['PRIVATE in capitals', { 'Cache-Control': 'PRIVATE, MAX-AGE=60' }],
    ['no-store after a broken quote', { 'Cache-Control': 'max-age=60, x="a, no-store' }],
    ['no-store in a second line', { 'Cache-Control': ['max-age=60', 'no-store'] }],
    ['no-store with a ttl', { 'Cache-Control': 'no-store' }],
  ])('an answer that says %s is kept for nobody', async (_name, fields) => {
    let runs = 0;
    const { get } = await responseApp(
      (app, response) =>
        app.get('/page', response({ ttl: '1m' }), (_req, res) => {
          for (const [name, value] of Object.entries(fields)) res.setHeader(name, value);
          res.end(String(++runs));
        }),
      { framework },
    );
    for (let n = 1; n <= 3; n++) expect((await get('/page')).text).toBe(String(n));
  });

  it('credentials keep their answers to themselves, with a ttl and without', async () => {
    const { get } = await responseApp(
      (app, response) => {
        app.get('/ttl', response({ ttl: '1m' }), mirror);
        app.get(
          '/rfc',
          response(),
          (_req, res, next) => {
            res.set('Cache-Control', 'max-age=60');
            next();
          },
          mirror,
        );
      },
      { framework },
    );
    for (const path of ['/ttl', '/rfc']) {
      for (let round = 0; round < 3; round++) {
        for (const user of ['a', 'b', 'c']) {
          for (const headers of [{ authorization: `Bearer ${user}` }, { cookie: `sid=${user}` }]) {
            const { who } = JSON.parse((await get(path, headers)).text);
            // By RFC 9111 what says that it is for all may be given to all, if it was made for nobody in particular.
            const own = Object.values(headers)[0];
            expect([path, own, path === '/rfc' && round > 0 ? [own, 'nobody'].includes(who) : who]).toEqual([
              path,
              own,
              path === '/rfc' && round > 0 ? true : own,
            ]);
          }
        }
        expect((await get(path)).text).toContain('"who":"nobody"');
      }
    }
  });

  it('fields of a connection, a client or a limit are not in what others get', async () => {
    const { get } = await responseApp(
      (app, response) =>
        app.get('/page', response({ ttl: '1m', storeSetCookie: true }), (_req, res) => {
          res.set({
            Connection: 'close, X-Secret',
            'X-Secret': 'mine',
            'Proxy-Authenticate': 'Basic',
            'Keep-Alive': 'timeout=1',
            'RateLimit-Remaining': '3',
            RateLimit: '"a";r=1',
            'X-RateLimit-Limit': '9',
            'Retry-After': '5',
            'Set-Cookie': 'sid=1',
            'X-Kept': 'yes',
          });
          res.end('x');
        }),
      { framework },
    );
    await get('/page');
    const { headers, cacheStatus } = await get('/page');
    expect(cacheStatus).toMatch(/^hit/);
    expect(headers['x-kept']).toBe('yes');
    for (const name of [
      'x-secret',
      'proxy-authenticate',
      'ratelimit-remaining',
      'ratelimit',
      'x-ratelimit-limit',
      'retry-after',
      'set-cookie',
    ]) {
      expect([name, headers[name]]).toEqual([name, undefined]);
    }
  });

  it('raw requests with two hosts, folded lines and split headers store nothing for others', async () => {
    const { port, get } = await responseApp((app, response) => app.get('/page', response({ ttl: '1m' }), mirror), {
      framework,
    });
    const raw = [
      'GET /page HTTP/1.1\r\nHost: x\r\nHost: evil.example\r\nX-Tenant: a\r\n',
      'GET http://evil.example/page HTTP/1.1\r\nHost: x\r\nX-Tenant: a\r\n',
      'GET /page HTTP/1.1\r\nHost: x\r\nX-Tenant: a\r\nX-Forwarded-Host: a\r\nX-Forwarded-Host: evil.example\r\n',
      'GET /page\tHTTP/1.1\r\nHost: x\r\nX-Tenant: a\r\n',
      'GET /page HTTP/1.1\r\nHost: x\r\n evil.example\r\nX-Tenant: a\r\n',
      'GET /page HTTP/1.1\r\nHost: evil.example/\r\nX-Tenant: a\r\n',
      'GET /page HTTP/1.1\r\nHost: x@evil.example\r\nX-Tenant: a\r\n',
      'GET /page HTTP/1.1\r\nHost: x\r\nX-Tenant: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n',
    ];
    for (const head of raw) await send(port, `${head}Connection: close\r\n\r\n`);
    for (let n = 0; n < 2; n++) expect((await get('/page', { host: 'x' })).text).not.toContain('evil');
  });

  it('a page with the token of a new session is nobody else\u2019s, whose cookie a hook sets when the head goes out', async () => {
    let sessions = 0;
    const { get } = await responseApp(
      (app, response) => {
        app.use((_req, res, next) => {
          res.locals.sid = `sid=${++sessions}`;
          onHeaders(res, () => res.setHeader('Set-Cookie', res.locals.sid));
          next();
        });
        app.get('/form', response({ ttl: '1m', authorization: 'shared' }), (_req, res) => {
          res.send(`token of ${res.locals.sid}`);
        });
      },
      { framework },
    );
    const replies = await Promise.all(Array.from({ length: 50 }, () => get('/form')));
    replies.push(await get('/form'), await get('/form'));
    for (const { text, headers } of replies) expect(text).toBe(`token of ${headers['set-cookie']?.[0]}`);
    expect(new Set(replies.map(({ text }) => text)).size).toBe(52);
  });

  it('two tenants with one address, a thousand requests at once: no foreign answer', async () => {
    const { ask } = await responseApp(
      (app, response) =>
        app.get('/page', response({ ttl: '1m', authorization: 'shared' }), (req, res) => {
          setImmediate(() => res.json({ of: req.get('x-tenant') }));
        }),
      { framework },
    );
    const tenants = ['a', 'b'];
    const replies = await Promise.all(
      Array.from({ length: 1_000 }, (_, n) => ask(`/page?${n % 5}`, { tenant: tenants[n % 2] })),
    );
    const foreign = replies.filter((reply: Reply, n) => reply.text !== `{"of":"${tenants[n % 2]}"}`);
    expect(foreign).toEqual([]);
    const without = await ask('/page?1', { tenant: undefined });
    expect([without.text, without.cacheStatus]).toEqual(['{}', 'fwd=bypass; detail=no-tenant']);
  });
});

function send(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}
