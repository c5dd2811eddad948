/**
 * The body of a user's program: what an application mounts, asked over a real socket; what came back is printed as JSON.
 * As JavaScript it is TypeScript too, so that each form of project runs the very same.
 */
const PROGRAM = `
const env = (name) => process.env[name] ?? '';
const cache = createTenantCache({
  tenants: { default: { quotaBytes: 64 * 1024 } },
  ...(env('REDIS') !== '' && { redis: { url: env('REDIS') } }),
  redisTimeout: '5s',
  upkeep: false,
});
const app = express();
app.get('/metrics', cache.metricsHandler());
app.get('/livez', cache.livezHandler());
app.get('/readyz', cache.readyzHandler());
const authorize = (req) =>
  req.get('authorization') === 'Bearer staff' ? { actor: 'ops@example.com', role: 'admin' } : undefined;
app.use('/admin', cache.adminRouter({ authorize }));
app.use(cache.middleware({ tenant: fromHeader({ name: 'x-tenant', trustedProxy: ['127.0.0.1'] }) }));
app.use('/own', cache.tenantRouter());
let loads = 0;
app.get('/reports/:id', async (req, res) => {
  const load = () => ({ by: req.get('x-tenant'), load: ++loads, text: 'x'.repeat(200) });
  res.json(await req.tenantCache.getOrSet('report', String(req.params.id), load, { ttl: '1m' }));
});
let rendered = 0;
app.get('/pages', cache.response({ ttl: '1m' }), (req, res) => {
  res.json({ by: req.get('x-tenant'), rendered: ++rendered });
});
app.get('/full', async (req, res, next) => {
  // Express 4 does not look at what a handler returns.
  await req.tenantCache.set('report', 'huge', Array.from({ length: 20_000 }, Math.random)).then(() => res.json({}), next);
});
app.use(problemHandler());

async function main() {
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', () => resolve(undefined)));
  const address = server.address();
  const base = 'http://127.0.0.1:' + (typeof address === 'object' && address ? address.port : 0);
  const ask = async (path, headers = {}) => {
    const answer = await fetch(base + path, { headers });
    const text = await answer.text();
    const type = answer.headers.get('content-type') ?? '';
    return {
      status: answer.status,
      type,
      used: Number(answer.headers.get('x-cache-quota-used')),
      limit: Number(answer.headers.get('x-cache-quota-limit')),
      cacheStatus: answer.headers.get('cache-status'),
      body: type.includes('json') ? JSON.parse(text) : text,
    };
  };
  const [a, b] = [env('TENANT') + '_a', env('TENANT') + '_b'];
  const report = (tenant) => ask('/reports/7', { 'x-tenant': tenant });
  const page = (tenant) => ask('/pages', { 'x-tenant': tenant });
  const answers = { first: await report(a), again: await report(a), other: await report(b), nobody: await ask('/reports/7') };
  const usage = await cache.forTenant(a).usage();
  const more = {
    pages: [await page(a), await page(a), await page(b)],
    full: await ask('/full', { 'x-tenant': a }),
    own: await ask('/own/usage', { 'x-tenant': b }),
    staff: await ask('/admin/tenants?search=' + a, { authorization: 'Bearer staff' }),
    stranger: await ask('/admin/tenants'),
    live: await ask('/livez'),
    ready: await ask('/readyz'),
    metrics: (await ask('/metrics')).body.includes('tenantcache_requests_total'),
  };
  for (const id of [a, b]) await cache.forTenant(id).clear();
  server.close();
  await cache.close();
  console.log(JSON.stringify({ ...answers, ...more, usage, loads, rendered }));
}
main();
`;

export const ESM_PROGRAM = `import express from 'express';
import { createTenantCache, fromHeader, problemHandler } from 'tenantcache';
${PROGRAM}`;

export const CJS_PROGRAM = `const express = require('express');
const { createTenantCache, fromHeader, problemHandler } = require('tenantcache');
${PROGRAM}`;

/** The same with the types that its parameters need where none can be inferred. */
const TYPED = PROGRAM.replace('(name) =>', '(name: string) =>')
  .replace('const authorize = (req) =>', 'const authorize = (req: express.Request): Authorization | undefined =>')
  .replace('async (path, headers = {}) =>', 'async (path: string, headers: Record<string, string> = {}) =>')
  .replaceAll('(tenant) =>', '(tenant: string) =>');

/** One text for both kinds of module: what it becomes is the project's `type`. */
export const TYPESCRIPT_PROGRAM = `import express from 'express';
import { type Authorization, createTenantCache, fromHeader, problemHandler } from 'tenantcache';
${TYPED}`;

export interface Printed {
  first: Answer;
  again: Answer;
  other: Answer;
  nobody: Answer;
  usage: { usedBytes: number; entries: number; quotaBytes: number };
  pages: Answer[];
  full: Answer;
  own: Answer;
  staff: Answer;
  stranger: Answer;
  live: Answer;
  ready: Answer;
  metrics: boolean;
  loads: number;
  rendered: number;
}

interface Answer {
  status: number;
  type: string;
  used: number;
  limit: number;
  cacheStatus: string | null;
  body: { by?: string; load?: number; code?: string; items?: unknown[] };
}

/** A user's TypeScript. The three imports are the package's whole public surface. */
export const TYPED_PROGRAM = `import express from 'express';
import {
  createTenantCache, defineResource, fromApiKey, fromJwt, fromSubdomain, QuotaExceededError, type SetResult, TenantCacheError, type TenantSettings,
} from 'tenantcache';
import { postgresTenants, postgresUsage } from 'tenantcache/postgres';
import { MemoryUsageSink, sharedStoreContract } from 'tenantcache/testing';

interface Portfolio { id: string; total: number }
const portfolio = defineResource<Portfolio>('portfolio', { ttl: '5m' });
const settings: TenantSettings = { quotaBytes: 1_048_576, policy: 'ttl', enforcement: 'soft' };
const urls = { url: 'postgresql://app@127.0.0.1/app', adminUrl: 'postgresql://admin@127.0.0.1/app' };
const cache = createTenantCache({ tenants: { static: { org_a: settings }, default: settings }, usage: new MemoryUsageSink() });
export const durable = () => createTenantCache({ tenants: postgresTenants(urls), usage: postgresUsage(urls), l1: false });

const app = express();
app.use(cache.middleware({ tenant: fromJwt({ secret: 'x'.repeat(32), claim: 'tenant_id' }) }));
app.use(cache.middleware({ tenant: fromApiKey({ keys: postgresTenants(urls) }), required: false }));
app.use(cache.middleware({ tenant: fromSubdomain({ baseDomain: 'example.com' }), required: false }));
app.use('/admin', cache.adminRouter({ authorize: () => ({ actor: 'ops@example.com', role: 'admin' }) }));
app.get('/portfolios/:id', async (req, res) => {
  const found: Portfolio = await req.tenantCache.getOrSet(portfolio, String(req.params.id), () => ({ id: '1', total: 2 }));
  res.json(found.total);
});

export async function write(): Promise<SetResult | undefined> {
  try {
    const { stored, usedBytes } = await cache.forTenant('org_a').set(portfolio, '1', { id: '1', total: 3 });
    return stored && usedBytes > 0 ? undefined : await cache.current().set('other', '1', null);
  } catch (error) {
    if (error instanceof QuotaExceededError || error instanceof TenantCacheError) return void error.code;
    throw error;
  }
}
export const suite: unknown = sharedStoreContract;
`;

/** What the types must refuse, each with a part of the compiler's message. */
export const REFUSED: readonly (readonly [name: string, statement: string, message: string])[] = [
  ['a value of another type than the resource’s', `cache.forTenant('org_a').set(portfolio, '1', { id: 1 })`, 'TS2322'],
  ['a misspelt option', `createTenantCache({ tenants: { default: settings }, redisUrl: '' })`, 'TS2561|TS2353'],
  ['a duration without a unit', `defineResource('other', { ttl: '5' })`, 'TS2322'],
  ['a policy that does not exist', `settings.policy = 'fifo'`, 'TS2322'],
];
