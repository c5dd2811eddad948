import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import type { Viewer } from '@/data/viewer';

let viewer: Viewer = { area: 'fleet', email: 'ada@example.com', name: 'Ada', role: 'admin' };
jest.unstable_mockModule('@/data/viewer', () => ({ currentViewer: async () => viewer }));
jest.unstable_mockModule('@/features/tenant/read-tenant-now', () => ({ readTenantNow: async () => undefined }));
jest.unstable_mockModule('@/data/history', () => ({
  rowsOf: () => undefined,
  historyFor: () => ({ frame: async () => undefined, firstMs: async () => undefined }),
}));

type Asked = Record<string, string>;
const asked: Asked[] = [];
let server: Server;
let promql: typeof import('@/data/promql');
let tenantBlock: typeof import('@/app/api/tenants/[tenantId]/[block]/route').GET;
let ownBlock: typeof import('@/app/api/usage/[block]/route').GET;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    if (request.method === 'POST') asked.push(Object.fromEntries(new URLSearchParams(await text(request))));
    const result = request.url?.includes('targets')
      ? { activeTargets: [] }
      : { resultType: request.url?.includes('query_range') ? 'matrix' : 'vector', result: scrapedAllTheTime() };
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ data: result }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    DATABASE_URL: 'postgresql://app@127.0.0.1/x',
    DATABASE_ADMIN_URL: 'postgresql://admin@127.0.0.1/x',
    API_URL: 'http://127.0.0.1:1',
    ADMIN_TOKEN_SECRET: 'x'.repeat(32),
    SESSION_SECRET: 'y'.repeat(32),
    PROMETHEUS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  promql = await import('@/data/promql');
  ({ GET: tenantBlock } = await import('@/app/api/tenants/[tenantId]/[block]/route'));
  ({ GET: ownBlock } = await import('@/app/api/usage/[block]/route'));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked.length = 0;
});

/** A series that reaches back far enough for every range of these tests, so that nothing is narrowed. */
function scrapedAllTheTime() {
  const { start, end, step } = asked.at(-1) ?? {};
  if (start === undefined) return [];
  const values: [number, string][] = [];
  for (let at = Number(start); at <= Number(end) && values.length < 500; at += Number(step)) values.push([at, '2']);
  return [{ metric: {}, values }];
}

const TENANTS = [
  'a"} or vector(1) #',
  'a"}[5m])) or sum(tenantcache_requests_total{tenant="b',
  'a\\',
  'a\\"',
  'a|b',
  '.*',
  'a{b}',
  'a}',
  "a'b",
  'a`b',
  'a\nb',
  'a b',
  'a,b',
  '__name__=~".+"',
  '',
  '$tenant',
  '\u0430cme',
  'a'.repeat(65),
];

const RANGES = [
  'range=1h]) or vector(1)',
  'range=1h%5D%29%29',
  'range=5y',
  'range=1h&range=30d',
  'range=__proto__',
  'from=0&to=9999999999999',
  'from=1h&to=now()',
  'from=-1e99&to=1e99',
  'from=NaN&to=Infinity',
  'from=2026-11-20T00:00:00Z"}&to=2026-11-21T00:00:00Z',
  'from=0001-01-01T00:00:00Z&to=9999-12-31T00:00:00Z',
  'step=1ms',
  'step=1s&query=up&timeout=1h',
  'tenant=b&tenantId=b',
];

const context = <P>(params: P) => ({ params: Promise.resolve(params) }) as never;
const ofTenant = (tenantId: string, query = '') =>
  tenantBlock(new Request(`http://d/api/tenants/x/requests?${query}`), context({ tenantId, block: 'requests' }));

/** A query with the width of its windows left out. */
const shape = ({ query = '' }: Asked) => query.replaceAll(/\[\d+s\]/g, '[…]');

describe('attack 25: PromQL through what a reader chooses', () => {
  it.each(TENANTS)('the tenant id %j never reaches Prometheus', async (tenantId) => {
    for (const block of ['requests', 'now', 'hits', '"}']) {
      const answer = await tenantBlock(new Request('http://d/api/tenants/x/y'), context({ tenantId, block }));
      expect(answer.status).toBe(404);
    }
    expect(() => promql.ofTenant(tenantId)).toThrow(RangeError);
    expect(() => promql.ofTenants(['acme', tenantId])).toThrow(RangeError);
    expect(asked).toEqual([]);
  });

  it('asks of one tenant for its own series only', async () => {
    expect((await ofTenant('acme')).status).toBe(200);
    const queries = asked.map(shape).filter((query) => !query.includes('tenantcache_info'));
    expect(queries.length).toBeGreaterThan(0);
    for (const query of queries) expect(query.match(/\{[^}]*\}/g)).toEqual(['{tenant="acme"}']);
  });

  it.each(RANGES)('the range %s changes no query, only numbers of bounded size', async (query) => {
    await ofTenant('acme');
    const usual = new Set(asked.map(shape));
    asked.length = 0;
    expect((await ofTenant('acme', query)).status).toBe(200);
    expect(new Set(asked.map(shape))).toEqual(usual);
    const ends = new Set(asked.map(({ end }) => end));
    for (const { start, end, step, time, timeout, ...rest } of asked) {
      expect(Object.keys(rest)).toEqual(['query']);
      expect(timeout).toBe('2000ms');
      if (time !== undefined) {
        // The step under way, where the range ends.
        expect([ends.has(time), start, end, step]).toEqual([true, undefined, undefined, undefined]);
        continue;
      }
      const points = (Number(end) - Number(start)) / Number(step);
      expect(points).toBeGreaterThan(0);
      expect(points).toBeLessThanOrEqual(121);
      expect(Number(end) - Number(start)).toBeLessThanOrEqual(401 * 86_400);
    }
  });

  it.each(RANGES)('a tenant’s user reads the own series, whatever the URL says: %s', async (query) => {
    viewer = { area: 'tenant', email: 'tom@a.example', name: 'Tom', role: 'tenant_viewer', tenantId: 'own' };
    const answer = await ownBlock(
      new Request(`http://d/api/usage/requests?${query}&tenant=acme`),
      context({ block: 'requests' }),
    );
    viewer = { area: 'fleet', email: 'ada@example.com', name: 'Ada', role: 'admin' };
    expect(answer.status).toBe(200);
    const named = asked.flatMap(({ query: text = '' }) => text.match(/\{[^}]*\}/g) ?? []);
    expect(new Set(named)).toEqual(new Set(['{tenant="own"}']));
  });

  it('a quoted text is one string to Prometheus, and the same one, whatever it holds', () => {
    const pieces = fc.constantFrom(
      '"',
      '\\',
      '\n',
      '\r',
      '}',
      '{',
      '`',
      "'",
      '#',
      '\u0000',
      'a',
      '\u2028',
      '\\n',
      '\\"',
    );
    const texts = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(texts, (value) => {
        const given = promql.quoted(value);
        expect(given).toMatch(/^"(?:[^"\\\n]|\\["\\n])*"$/u);
        const read = given
          .slice(1, -1)
          .replaceAll(/\\(["\\n])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
        expect(read).toBe(value);
      }),
    );
  });
});
