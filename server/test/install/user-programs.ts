/** The body of a user's program: two tenants, a quota, and what the middleware says of it all, printed as JSON. */
const PROGRAM = `
const cache = createTenantCache({
  tenants: { default: { quotaBytes: 64 * 1024 } },
  ...(process.env.REDIS && { redis: { url: process.env.REDIS } }),
  redisTimeout: '5s',
  upkeep: false,
});
const app = express();
app.get('/metrics', cache.metricsHandler());
app.use(cache.middleware({ tenant: fromHeader({ name: 'x-tenant', trustedProxy: ['127.0.0.1'] }) }));
let loads = 0;
app.get('/reports/:id', async (req, res) => {
  const load = () => ({ by: req.get('x-tenant'), load: ++loads, text: 'x'.repeat(200) });
  res.json(await req.tenantCache.getOrSet('report', req.params.id, load, { ttl: '1m' }));
});
app.use(problemHandler());

async function main() {
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const base = 'http://127.0.0.1:' + server.address().port;
  const ask = async (tenant) => {
    const answer = await fetch(base + '/reports/7', { headers: tenant ? { 'x-tenant': tenant } : {} });
    const { headers } = answer;
    return {
      status: answer.status,
      type: headers.get('content-type'),
      used: Number(headers.get('x-cache-quota-used')),
      limit: Number(headers.get('x-cache-quota-limit')),
      body: await answer.json(),
    };
  };
  const [a, b] = [process.env.TENANT + '_a', process.env.TENANT + '_b'];
  const answers = { first: await ask(a), again: await ask(a), other: await ask(b), nobody: await ask() };
  const usage = await cache.forTenant(a).usage();
  const metrics = await (await fetch(base + '/metrics')).text();
  for (const id of [a, b]) await cache.forTenant(id).clear();
  server.close();
  await cache.close();
  console.log(JSON.stringify({ ...answers, usage, metrics: metrics.includes('tenantcache_requests_total'), loads }));
}
main();
`;

export const ESM_PROGRAM = `import express from 'express';
import { createTenantCache, fromHeader, problemHandler } from 'tenantcache';
${PROGRAM}`;

export const CJS_PROGRAM = `const express = require('express');
const { createTenantCache, fromHeader, problemHandler } = require('tenantcache');
${PROGRAM}`;

export interface Printed {
  first: Answer;
  again: Answer;
  other: Answer;
  nobody: Answer;
  usage: { usedBytes: number; entries: number; quotaBytes: number };
  metrics: boolean;
  loads: number;
}

interface Answer {
  status: number;
  type: string;
  used: number;
  limit: number;
  body: { by?: string; load?: number };
}

/** A user's TypeScript. The three imports are the package's whole public surface. */
export const TYPED_PROGRAM = `import express from 'express';
import {
  createTenantCache, defineResource, fromJwt, fromSubdomain, QuotaExceededError, type SetResult, TenantCacheError, type TenantSettings,
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
