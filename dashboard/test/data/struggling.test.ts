import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { resolveRange } from '@/data/range';
import { type Accounts, ADMIN, createAccounts } from './accounts-fixture';

const nowMs = Date.now();
const hour = resolveRange({ range: '1h', from: null, to: null }, nowMs);
let accounts: Accounts;
let server: Server;
/** What the label of each series is that evicted, as Prometheus has them. */
let evicting: readonly string[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = await text(request);
    const asked = new URL(request.url ?? '', 'http://prometheus').searchParams;
    const query = asked.get('query') ?? new URLSearchParams(body).get('query') ?? '';
    const result = answer(query).map(([tenant, value]) => ({ metric: { tenant }, value: [nowMs / 1000, value] }));
    const data = { resultType: 'vector', result };
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ status: 'success', data }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.env.PROMETHEUS_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  accounts = await createAccounts();
  await accounts.database.asAdmin('tester', async (tx) => {
    await tx.tenant.create({ data: { tenantId: 'unlabelled', name: 'B', plan: 'Plan' } });
    const used = { usedBytes: 1, entries: 1, quotaBytes: 1_000, hardLimitBytes: 1_000 };
    const sample = { tenantId: 'unlabelled', processEpoch: 'p', bucketMs: 300_000, evictions: 9, ...used };
    await tx.sample.create({ data: { ...sample, bucketStart: new Date(nowMs - 20 * 60_000) } });
  });
}, 300_000);
afterAll(async () => {
  await accounts?.drop();
  server.close();
});

/** Every scrape of the hour was taken; nothing was refused. */
function answer(query: string): [tenant: string, value: string][] {
  if (query.includes('tenantcache_info')) return [['', '240']];
  if (query.includes('rejections')) return [];
  if (query.startsWith('count(')) return [['', String(evicting.length)]];
  const asked = query.includes('tenant=~"other"') ? evicting.filter((tenant) => tenant === 'other') : evicting;
  return asked.map((tenant) => [tenant, '5']);
}

it.each([
  ['with labels of their own alone', ['a'], ['a'], 1],
  ['with some beyond the cap of labels', ['a', 'other'], ['a', 'unlabelled'], 2],
])('tenants that evict are named, %s', async (_, labels, named, inAll) => {
  const { readStruggling } = await import('@/data/struggling');
  evicting = labels;
  const found = await readStruggling(ADMIN, hour, 10);
  expect(found).toEqual({ evicting: named, evictingInAll: inAll, refusing: [] });
});
