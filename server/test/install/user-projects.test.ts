import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { testRedisUrl } from '../fakes/redis-url.js';
import {
  createProject,
  type ExpressVersion,
  type PackedPackage,
  type Project,
  packPackage,
  WORKSPACE,
} from './packed-package.js';
import { CJS_PROGRAM, ESM_PROGRAM, type Printed, REFUSED, TYPED_PROGRAM, TYPESCRIPT_PROGRAM } from './user-programs.js';

const POSTGRES_PEERS = ['@prisma/adapter-pg', '@prisma/client', 'pg'];
const TYPES = ['@types/express', '@types/node'];

let packed: PackedPackage;
const projects: Project[] = [];

beforeAll(() => {
  packed = packPackage();
});
afterEach(() => {
  for (const project of projects.splice(0)) project.remove();
});
afterAll(() => packed?.remove());

function project(type: string, links: string[] = [], express: ExpressVersion = 'express'): Project {
  const created = createProject(packed, { type, links, express });
  projects.push(created);
  return created;
}

const tenant = () => ({ TENANT: `install_${randomBytes(6).toString('hex')}` });

function expectTheProduct({ code, output }: { code: number; output: string }): void {
  expect({ code, output }).toMatchObject({ code: 0 });
  const printed = JSON.parse(output) as Printed;
  const { first, again, other, nobody, usage, pages, full, own, staff, stranger, live, ready } = printed;
  expect(first).toMatchObject({ status: 200, limit: 65_536, body: { load: 1 } });
  expect(first.used).toBeGreaterThan(200);
  expect(again.body).toEqual(first.body);
  expect(other).toMatchObject({ status: 200, body: { load: 2 } });
  const problem = expect.stringContaining('application/problem+json');
  expect(nobody).toMatchObject({ status: 401, type: problem });
  expect(usage).toMatchObject({ usedBytes: first.used, entries: 1, quotaBytes: 65_536 });
  expect(pages.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(pages[1]?.body).toEqual(pages[0]?.body);
  expect(pages[2]?.body).not.toEqual(pages[0]?.body);
  expect(pages.map(({ cacheStatus }) => / hit/.test(cacheStatus ?? ''))).toEqual([false, true, false]);
  expect(full).toMatchObject({ status: 413, type: problem });
  expect(own).toMatchObject({ status: 200, type: expect.stringContaining('application/json') });
  expect(staff).toMatchObject({ status: 200, body: { items: expect.any(Array) } });
  expect(stranger).toMatchObject({ status: 401, type: problem, body: { code: 'UNAUTHENTICATED' } });
  expect([live.status, ready.status]).toEqual([200, 200]);
  expect(printed).toMatchObject({ metrics: true, loads: 2, rendered: 2 });
}

/** Version 5 first: it is what a project has that says nothing. */
const EXPRESS: readonly (readonly [name: string, version: ExpressVersion])[] = [
  ['Express 5', 'express'],
  ['Express 4', 'express4'],
];

describe.each([
  ['an ES module', 'module', 'app.js', ESM_PROGRAM],
  ['a CommonJS module', 'commonjs', 'app.js', CJS_PROGRAM],
])('the package in %s', (_, type, file, program) => {
  it.each(EXPRESS)('caches per tenant in memory, with %s', (_name, express) => {
    const user = project(type, [], express);
    user.write(file, program);
    expectTheProduct(user.run(file, tenant()));
  });

  it.each(EXPRESS)('caches per tenant in Redis, with %s', (_name, express) => {
    const user = project(type, [], express);
    user.write(file, program);
    expectTheProduct(user.run(file, { ...tenant(), REDIS: testRedisUrl() }));
  });

  it('has its subpaths, where their peers are installed', () => {
    const user = project(type, POSTGRES_PEERS);
    const load = type === 'module' ? 'await import' : 'require';
    user.write(
      file,
      `const durable = ${load}('tenantcache/postgres'), testing = ${load}('tenantcache/testing');
      console.log(typeof durable.postgresTenants, typeof durable.postgresUsage, typeof testing.MemorySharedStore);`,
    );
    expect(user.run(file)).toEqual({ code: 0, output: 'function function function\n' });
  });

  it('has market data without ccxt, whose errors are the package’s own', () => {
    const user = project(type);
    const load = type === 'module' ? 'await import' : 'require';
    user.write(
      file,
      `const { createTenantCache, QuotaExceededError, TenantCacheError } = ${load}('tenantcache');
      const { ExchangeLimitedError, SharedMarketDataCache } = ${load}('tenantcache/market-data');
      const limited = new ExchangeLimitedError(1_000);
      const cache = createTenantCache({ tenants: { default: { quotaBytes: 1e6 } }, shared: { market: {} }, upkeep: false });
      const fetchTicker = async (symbol) => symbol === 'A/B' ? { last: '1.50' } : null;
      const market = new SharedMarketDataCache({ cache, providers: { own: { name: 'own', fetchTicker } } });
      const ask = (symbol) => cache.runAs('t', () => market.getPrice('own', symbol)).then(({ price }) => price, ({ code }) => code);
      Promise.all([ask('A/B'), ask('C/D')]).then(async (answers) => {
        console.log(...answers, limited instanceof TenantCacheError, limited instanceof QuotaExceededError, {} instanceof TenantCacheError);
        await cache.close();
      });`,
    );
    expect(user.run(file)).toEqual({ code: 0, output: '1.50 SYMBOL_UNKNOWN true false false\n' });
  });
});

describe.each([
  ['ES modules', 'module'],
  ['CommonJS', 'commonjs'],
])('the types under %s', (_, type) => {
  // Of the types of Express, version 5's are installed here; what was compiled against them runs on both.
  it('accept users’ programs and hold with every declaration checked, and what they become runs', () => {
    const user = project(type, TYPES);
    user.write('typed.ts', TYPED_PROGRAM);
    user.write('app.ts', TYPESCRIPT_PROGRAM);
    expect(user.compile(['app.ts', 'typed.ts'])).toEqual({ code: 0, output: '' });
    for (const [, express] of EXPRESS) {
      user.use(express);
      expectTheProduct(user.run('app.js', tenant()));
    }
  });

  it('refuse what cannot work', () => {
    const user = project(type, TYPES);
    user.write('app.ts', `${TYPED_PROGRAM}${REFUSED.map(([, statement]) => `${statement};\n`).join('')}`);
    const firstLine = TYPED_PROGRAM.split('\n').length;
    const { output } = user.typeCheck(['app.ts']);
    for (const [index, [name, , message]] of REFUSED.entries()) {
      const refusal = new RegExp(`app\\.ts\\(${firstLine + index},\\d+\\): error (${message}):`).test(output);
      expect({ name, refusal: refusal || output }).toEqual({ name, refusal: true });
    }
  });
});

describe('the README', () => {
  it('shows a program that compiles as it stands', () => {
    const sample = /```ts\n([\s\S]*?)```/.exec(readFileSync(path.join(WORKSPACE, 'README.md'), 'utf8'))?.[1];
    const user = project('module', TYPES);
    user.write('app.ts', `${sample}\ndeclare function loadPortfolio(id: string): Promise<{ id: string }>;\n`);
    expect(user.typeCheck(['app.ts'])).toEqual({ code: 0, output: '' });
  });
});
