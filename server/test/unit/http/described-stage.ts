import express from 'express';
import request, { type Response } from 'supertest';
import { COUNTER_NAMES, type CounterValues, RESOURCE_COUNTER_NAMES } from '../../../src/core/counters.js';
import type { Statement } from '../../../src/core/directory.js';
import { billOf } from '../../../src/core/pricing.js';
import type { TenantId } from '../../../src/core/tenant-id.js';
import { type AdminRouterOptions, adminRouter } from '../../../src/http/admin-router.js';
import type { AdminDeps } from '../../../src/http/admin-routes.js';
import { AdminApp, authorizeByToken, bearer, MIB, seededId } from './admin-app.js';
import { ADMIN_ROWS, PARAMETERS } from './admin-rows.js';
import { Advising } from './advising.js';

export type Method = 'get' | 'post' | 'patch' | 'put';
const ACME = 'acme' as TenantId;
const DAY_MS = 86_400_000;

/** An `AdminApp` that has something to show on every route. */
export async function filledApp(): Promise<{ fixture: AdminApp; deps: AdminDeps; parameters: Record<string, string> }> {
  const fixture = new AdminApp();
  const { directory, sink } = fixture;
  const dayStartMs = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const filled = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 2]));
  await sink.merge([
    {
      tenantId: ACME,
      processEpoch: 'p1',
      date: new Date(dayStartMs).toISOString().slice(0, 10),
      day: { ...filled(COUNTER_NAMES), requests: 10 } as CounterValues,
      resources: { prices: { ...filled(RESOURCE_COUNTER_NAMES), requests: 10 } as never },
      bucketStartMs: dayStartMs - 600_000,
      bucketMs: 300_000,
      bucket: filled(COUNTER_NAMES) as CounterValues,
      usedBytes: 7,
      entries: 1,
      quotaBytes: 8,
      hardLimitBytes: 9,
    },
  ]);
  const crossing = {
    from: 'ok',
    to: 'warning',
    usedBytes: 9,
    atMs: 1_000,
    quotaBytes: 10,
    hardLimitBytes: 10,
  } as const;
  await sink.crossed([{ tenantId: ACME, ...crossing }]);
  fixture.used.set('acme', { usedBytes: 9 * MIB, entries: 7 });
  fixture.storeNodes = [
    { node: '10.0.0.1:6379', state: 'up', slots: [[0, 16_383]], ...figures },
    { node: '10.0.0.2:6379', state: 'down', slots: [], ...unknownFigures },
  ];
  await fixture.alerts.webhooks.ping(seededId(1), 'seed', { id: 'seed', source: 'system' });
  await directory.recordDeed(ACME, { action: 'reset', reason: 'seed' }, { id: 'seed', source: 'system' });
  const priced = withStatements(directory);
  const key = await ask(fixture.app, 'post /tenants/:tenantId/keys');
  const parameters = { ':keyId': key.body.keyId as string };
  return { fixture, parameters, deps: { ...fixture.deps, directory: priced, advisor: new Advising() } };
}

const figures = { replicas: 1, memoryBytes: 5, memoryLimitBytes: 0, serverEvictions: 0, tenants: 2, usedBytes: 4 };
const unknownFigures = Object.fromEntries(Object.keys(figures).map((name) => [name, undefined])) as Record<
  keyof typeof figures,
  undefined
>;

/** Static tenants have no prices; the answers of those that have some are held to the description, too. */
function withStatements(directory: AdminDeps['directory']): AdminDeps['directory'] {
  const used = { byteMs: 3.6e12, overageByteMs: 0, requests: 5, bytesServed: 6 };
  const prices = { basePrice: '10', includedMbHours: '0', pricePerMbHour: '0.5', pricePerOverageMbHour: '0' };
  const more = { includedRequests: '0', pricePerMillionRequests: '0', includedGbServed: '0', pricePerGbServed: '0' };
  const statement: Statement = {
    tenantId: ACME,
    periodStart: '2026-10-01T00:00:00.000Z',
    periodEnd: '2026-11-01T00:00:00.000Z',
    closedAt: '2026-11-01T00:00:05.000Z',
    ...{ quotaBytes: 10, peakBytes: 9, timesExceeded: 0, bytesWritten: 4 },
    ...used,
    bill: billOf(used, { name: 'pro', currency: 'EUR', prices: { ...prices, ...more } }),
  };
  const page = { items: [statement, { ...statement, bill: null }], total: 2, page: 1, pageSize: 25 };
  const own: Partial<AdminDeps['directory']> = {
    statements: async (tenantId) => ((await directory.find(tenantId)).known ? page : { ...page, items: [], total: 0 }),
    allStatements: async () => page,
    statement: async (_tenant, startMs) => (startMs === Date.parse(statement.periodStart) ? statement : undefined),
    statementsAfter: async (_span, last) => (last ? [] : page.items),
  };
  return Object.assign(Object.create(directory) as AdminDeps['directory'], bound(directory), own);
}

/** Private fields want their own object as `this`. */
function bound(directory: AdminDeps['directory']): object {
  const names = new Set<string>();
  for (let at: object = directory; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  }
  names.delete('constructor');
  const read = (name: string) => (directory as unknown as Record<string, unknown>)[name];
  return Object.fromEntries(
    [...names].map((name) => {
      const value = read(name);
      return [name, typeof value === 'function' ? value.bind(directory) : value];
    }),
  );
}

export interface Asking {
  readonly caller?: string | null;
  readonly parameters?: Record<string, string>;
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly body?: object | string;
}

/** Calls a route as its row says, but for what is asked otherwise. */
export async function ask(app: express.Express, key: string, asking: Asking = {}): Promise<Response> {
  const [method, path] = key.split(' ') as [Method, string];
  const { caller = 'admin', parameters = {}, query = '', headers = {}, body = ADMIN_ROWS[key]?.body } = asking;
  const values = { ':tenantId': 'acme', ...PARAMETERS, ...parameters };
  const url = Object.entries(values).reduce((made, [name, value]) => made.replace(name, value), `/admin${path}`);
  const made = request(app)
    [method](`${url}${query}`)
    .set({ 'If-Match': '"1"', ...headers });
  if (caller !== null) made.set(bearer(caller));
  for (const [name, value] of Object.entries(headers)) if (value === '') made.unset(name);
  return made.send(body);
}

export function appOf(deps: AdminDeps, options: Partial<AdminRouterOptions> = {}): express.Express {
  const router = adminRouter(deps, { authorize: authorizeByToken, rateLimit: false, ...options });
  return express().use('/admin', router);
}
