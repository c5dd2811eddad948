import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ResponseOptions } from '../../../src/response/response-options.js';
import { closeCaches, memoryCache } from '../../fakes/memory-cache.js';
import { reverseProxy } from '../../fakes/reverse-proxy.js';

// The rules over real sockets, with a handler that streams from another server: what the pure functions cannot show.

type Answer = (req: IncomingMessage, res: ServerResponse) => void;

const open: Server[] = [];

async function listening(server: Server): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  await closeCaches();
});

/** A proxy before an origin that answers as the test says, one answer a request, the last one for all after it. */
async function proxied(answers: Answer[], options: ResponseOptions = {}) {
  const seen: { method: string; headers: IncomingHttpHeaders }[] = [];
  const origin = await listening(
    createServer((req, res) => {
      seen.push({ method: req.method ?? '', headers: req.headers });
      (answers[Math.min(seen.length, answers.length) - 1] as Answer)(req, res);
    }),
  );
  const { cache } = memoryCache();
  const app = reverseProxy(origin, cache.middleware({ tenant: () => 'a' }), cache.response(options));
  const port = await listening(createServer(app));
  const ask = (headers: Record<string, string> = {}, method = 'GET', path = '/page') =>
    asked(port, path, method, headers);
  return { ask, seen };
}

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly interim: number[];
  readonly whole: boolean;
}

function asked(port: number, path: string, method: string, headers: Record<string, string>): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const interim: number[] = [];
    const out = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
    out.on('information', ({ statusCode }) => interim.push(statusCode));
    out.on('error', reject);
    out.on('response', (res) => {
      let text = '';
      res.on('data', (chunk) => {
        text += chunk;
      });
      res.on('error', () => {});
      res.on('close', () => {
        resolve({ status: res.statusCode ?? 0, headers: res.headers, text, interim, whole: res.complete });
      });
    });
    out.end();
  });
}

const answer =
  (headers: Record<string, string | string[]>, body = 'body', status = 200): Answer =>
  (_, res) => {
    res.writeHead(status, headers).end(body);
  };
/** Stale as it comes, so that no test waits for it. */
const OLD = { age: '100' };
const drop: Answer = (_, res) => void res.socket?.destroy();

describe('interim responses (RFC 9110, 15.2)', () => {
  it('pass through, and are not stored with the final one', async () => {
    const { ask, seen } = await proxied([
      (req, res) => {
        res.writeProcessing();
        res.writeEarlyHints({ link: '</a.css>; rel=preload', 'x-hint': '1' }, () => {
          answer({ 'cache-control': 'max-age=60' })(req, res);
        });
      },
    ]);
    const [first, second] = [await ask(), await ask()];
    expect([first.interim, first.text]).toEqual([[102, 103], 'body']);
    expect([second.interim, second.text, second.headers['x-hint'], seen.length]).toEqual([[], 'body', undefined, 1]);
  });
});

describe('an answer that is not whole', () => {
  it.each<[string, Answer]>([
    [
      'cut before its length',
      (_, res) => {
        res.writeHead(200, { 'cache-control': 'max-age=60', 'content-length': '100' });
        res.write('half', () => res.socket?.destroy());
      },
    ],
    [
      'cut between chunks',
      (_, res) => {
        res.writeHead(200, { 'cache-control': 'max-age=60' });
        res.write('half', () => res.socket?.destroy());
      },
    ],
  ])('%s is neither stored nor given as whole', async (_, cut) => {
    const { ask, seen } = await proxied([cut, answer({ 'cache-control': 'max-age=60' }, 'whole')]);
    expect((await ask()).whole).toBe(false);
    expect((await ask()).text).toBe('whole');
    expect((await ask()).headers['cache-status']).toContain('hit');
    expect(seen).toHaveLength(2);
  });
});

describe('fields of the connection, and of one client', () => {
  it('are not in what is answered from the store', async () => {
    const one = { 'set-cookie': ['sid=1', 'b=2'], 'retry-after': '5', ratelimit: '"p";r=1', 'x-ratelimit-limit': '9' };
    const { ask } = await proxied([answer({ ...one, 'cache-control': 'public, max-age=60', 'x-own': '1' })]);
    expect((await ask()).headers).toMatchObject({ 'set-cookie': ['sid=1', 'b=2'], 'retry-after': '5' });
    const { headers } = await ask();
    expect(headers['x-own']).toBe('1');
    for (const name of Object.keys(one)) expect([name, headers[name]]).toEqual([name, undefined]);
  });
});

describe('revalidation (RFC 9111, 4.3)', () => {
  it('asks with the stored validators, and takes the fields of the 304', async () => {
    const { ask, seen } = await proxied([
      answer({ 'cache-control': 'max-age=10', etag: '"v1"', 'x-a': '1', 'x-b': '1', ...OLD }, 'first'),
      answer({ 'cache-control': 'max-age=60', etag: '"v1"', 'x-a': '2' }, '', 304),
    ]);
    await ask();
    const second = await ask();
    expect(seen[1]?.headers['if-none-match']).toBe('"v1"');
    expect([second.status, second.text, second.headers['x-a'], second.headers['x-b']]).toEqual([
      200,
      'first',
      '2',
      '1',
    ]);
    const third = await ask({ 'if-none-match': '"v1"' });
    expect([third.status, third.headers['x-a'], seen.length]).toEqual([304, '2', 2]);
  });

  it('replaces what changed', async () => {
    const { ask, seen } = await proxied([
      answer({ 'cache-control': 'max-age=10', etag: '"v1"', ...OLD }, 'first'),
      answer({ 'cache-control': 'max-age=60', etag: '"v2"' }, 'second'),
    ]);
    await ask();
    expect([(await ask()).text, (await ask()).text, seen.length]).toEqual(['second', 'second', 2]);
  });

  it('sends the 304 of the origin on where the client asked for it', async () => {
    const { ask, seen } = await proxied([
      answer({ 'cache-control': 'max-age=10', 'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT', ...OLD }, 'first'),
      answer({ 'cache-control': 'max-age=60' }, '', 304),
    ]);
    await ask();
    expect((await ask({ 'if-modified-since': 'Sun, 06 Nov 1994 08:49:37 GMT' })).status).toBe(304);
    expect(seen[1]?.headers['if-modified-since']).toBe('Sun, 06 Nov 1994 08:49:37 GMT');
  });
});

describe('a failing origin (RFC 5861, 4; RFC 9111, 4.2.4)', () => {
  it.each<[string, Answer]>([
    ['closes the connection', drop],
    ['answers 503', answer({ 'cache-control': 'max-age=60' }, 'sorry', 503)],
  ])('that %s is stood in for inside stale-if-error', async (_, failure) => {
    const { ask } = await proxied([answer({ 'cache-control': 'max-age=10, stale-if-error=600', ...OLD }), failure]);
    await ask();
    const { status, text } = await ask();
    expect([status, text]).toEqual([200, 'body']);
  });

  it.each(['must-revalidate', 'proxy-revalidate', 'no-cache', 's-maxage=10'])('is not with %s', async (directive) => {
    const control = `max-age=10, stale-if-error=600, ${directive}`;
    const { ask } = await proxied([answer({ 'cache-control': control, etag: '"a"', ...OLD }), drop], {
      staleIfError: '1h',
    });
    await ask();
    expect((await ask()).status).toBe(502);
  });
});

describe('stale-while-revalidate (RFC 5861, 3)', () => {
  it('answers at once, and asks the origin once behind it', async () => {
    let release: () => void = () => {};
    const { ask, seen } = await proxied([
      answer({ 'cache-control': 'max-age=10, stale-while-revalidate=600', etag: '"v1"', ...OLD }, 'old'),
      (req, res) => {
        release = () => answer({ 'cache-control': 'max-age=60' }, 'new')(req, res);
      },
    ]);
    await ask();
    expect([(await ask()).text, (await ask()).text, (await ask()).text]).toEqual(['old', 'old', 'old']);
    while (seen.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    release();
    while ((await ask()).text === 'old') await new Promise((resolve) => setTimeout(resolve, 5));
    expect(seen).toHaveLength(2);
  });
});

describe('HEAD (RFC 9110, 9.3.2)', () => {
  it('is answered from a fresh GET', async () => {
    const { ask, seen } = await proxied([answer({ 'cache-control': 'max-age=60' })]);
    await ask();
    const { status, text, headers } = await ask({}, 'HEAD');
    expect([status, text, headers['content-length'], seen.length]).toEqual([200, '', '4', 1]);
  });

  it('is forwarded as HEAD where that is stale, and its answer is nobody else’s', async () => {
    const { ask, seen } = await proxied([
      answer({ 'cache-control': 'max-age=10', etag: '"a"', ...OLD }),
      answer({ 'cache-control': 'max-age=60', etag: '"a"', 'content-length': '4' }, ''),
      answer({ 'cache-control': 'max-age=60', etag: '"b"' }, 'next'),
    ]);
    await ask();
    await ask({}, 'HEAD');
    expect((await ask()).text).toBe('next');
    expect(seen.map(({ method }) => method)).toEqual(['GET', 'HEAD', 'GET']);
  });
});

describe('unsafe methods (RFC 9111, 4.4)', () => {
  const page = answer({ 'cache-control': 'max-age=60', vary: 'x-lang' });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'M-SEARCH'])('%s drops every variant of its target', async (method) => {
    const { ask, seen } = await proxied([page, page, answer({}, 'done'), page]);
    await ask({ 'x-lang': 'a' });
    await ask({ 'x-lang': 'b' });
    await ask({}, method);
    await ask({ 'x-lang': 'a' });
    await ask({ 'x-lang': 'b' });
    expect(seen).toHaveLength(5);
  });

  it('drop nothing where they fail', async () => {
    const { ask, seen } = await proxied([page, answer({}, 'no', 500), page]);
    await ask();
    await ask({}, 'POST');
    expect((await ask()).headers['cache-status']).toContain('hit');
    expect(seen).toHaveLength(2);
  });

  it('drop what Location and Content-Location of the same host name', async () => {
    const { ask, seen } = await proxied([
      page,
      page,
      answer({ location: '/l?b=1&a=2', 'content-location': 'c' }, '', 201),
      page,
    ]);
    await ask({}, 'GET', '/l?a=2&b=1');
    await ask({}, 'GET', '/c');
    await ask({}, 'POST', '/form');
    await ask({}, 'GET', '/l?a=2&b=1');
    await ask({}, 'GET', '/c');
    expect(seen).toHaveLength(5);
  });
});

describe('only-if-cached (RFC 9111, 5.2.1.7)', () => {
  it('is 504 where nothing is stored, and asks no handler', async () => {
    const { ask, seen } = await proxied([answer({ 'cache-control': 'max-age=60' })]);
    expect([(await ask({ 'cache-control': 'only-if-cached' })).status, seen.length]).toEqual([504, 0]);
    await ask();
    expect((await ask({ 'cache-control': 'only-if-cached' })).status).toBe(200);
  });
});
