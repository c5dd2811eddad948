import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sinceWords } from '@/features/overview/attention-words';
import { ADMIN } from './accounts-fixture';

const FIVE_MINUTES_MS = 300_000;
const HOUR_MS = 3_600_000;
/** A crossing that lies within two of the moments that are looked at. */
const crossedMs = Math.floor((Date.now() - HOUR_MS) / FIVE_MINUTES_MS) * FIVE_MINUTES_MS - 120_000;
const use: Readonly<Record<string, (at: number) => number>> = {
  lately: (at) => (at < crossedMs ? 0.9 : 1.1),
  always: () => 1.1,
};
let server: Server;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(form.get(name)));
    const result = Object.entries(use).map(([tenant, shareAt]) => {
      const values: [number, string][] = [];
      for (let at = start ?? 0; at <= (end ?? 0); at += step ?? 1) values.push([at, String(shareAt(at * 1000))]);
      return { metric: { tenant }, values };
    });
    const data = { resultType: 'matrix', result };
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ status: 'success', data }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  Object.assign(process.env, {
    PROMETHEUS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    DATABASE_URL: 'postgres://nowhere/none',
    DATABASE_ADMIN_URL: 'postgres://nowhere/none',
    API_URL: 'http://127.0.0.1:1',
    ADMIN_TOKEN_SECRET: 's'.repeat(32),
    SESSION_SECRET: 's'.repeat(32),
  });
});
afterAll(() => void server.close());

it('since when a tenant is over is one of the moments that lie five minutes apart, and is told as such', async () => {
  const { readOverSince } = await import('@/data/over-since');
  const since = await readOverSince(ADMIN, new Map(Object.keys(use).map((tenantId) => [tenantId, 1])));
  const lately = since.get('lately');
  expect(lately).toEqual({ atMs: crossedMs + 120_000, earlier: false });
  expect(sinceWords({ since: lately })).toMatch(/^since about .*\d\d:\d[05] UTC$/);
  expect(sinceWords({ since: since.get('always') }).replace('\u00a0', ' ')).toBe('for more than 24 hours');
  expect(sinceWords({ since: undefined })).toBe('');
});
