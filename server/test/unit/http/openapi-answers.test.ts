import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import { fail } from '../../../src/core/errors.js';
import type { IdempotencyStore } from '../../../src/core/idempotency.js';
import { AdminApp } from './admin-app.js';
import { ADMIN_ROWS, PARAMETERS } from './admin-rows.js';
import { DescribedApi, routesOf } from './described-api.js';
import { type Asking, appOf, ask, filledApp } from './described-stage.js';

let api: DescribedApi;
beforeAll(async () => {
  const { deps } = await filledApp();
  api = new DescribedApi((await ask(appOf(deps), 'get /openapi.json')).body);
});

/** What only one route can be asked. */
const MORE: Record<string, readonly Asking[]> = {
  'post /tenants': [
    { body: { tenantId: 'new', name: 'New', plan: 'none', reason: 'because' } },
    { body: { tenantId: 'acme', name: 'New', plan: 'default', reason: 'because' } },
  ],
  'post /webhooks': [
    { body: { tenantId: 'nobody', url: 'https://example.com/', reason: 'because' } },
    { body: { url: 'https://127.0.0.1/', reason: 'because' } },
  ],
  'get /tenants/:tenantId/usage/samples': [{ query: '?step=1h' }, { query: '?step=1m' }],
  'get /fleet/usage': [{ query: '?by=misses&limit=2' }, { query: '?limit=101' }],
  'get /shared/:dataset/access': [
    { query: '?tenant=acme&group=binance:BTC/USDT' },
    { query: '?from=2026-01-01&to=2026-03-01' },
    { query: '?from=2026-01-02&to=2026-01-01' },
  ],
  'get /shared/:dataset/entries': [{ query: '?prefix=binance:' }, { query: '?cursor=none' }],
  'post /shared/:dataset/invalidate': [
    { body: { prefix: 'binance:', reason: 'because' } },
    { body: { all: true, reason: 'because' } },
  ],
  'post /warming/runs': [{ body: { job: 'nothing', reason: 'because' } }],
  'get /webhooks': [{ query: '?fleet=true' }, { query: '?fleet=true&tenant=acme' }],
};

/** Each way to go wrong that there is on a route: what is asked, and of which app. */
async function* asked(key: string): AsyncGenerator<[what: string, app: Express, asking: Asking]> {
  const { fixture, deps, parameters } = await filledApp();
  const app = appOf(deps);
  for (const asking of MORE[key] ?? []) yield [JSON.stringify(asking), app, asking];
  yield ['an unknown parameter', app, { query: '?nothing=1' }];
  yield ['nobody', app, { caller: null }];
  yield ['an unknown role', app, { caller: 'root' }];
  yield ['no version', app, { headers: { 'If-Match': '' } }];
  yield ['an old version', app, { headers: { 'If-Match': '"0"' } }];
  yield ['no version at all', app, { headers: { 'If-Match': 'x' } }];
  for (const tenant of ['nobody', 'a%3Ab', '%E0%A4%A']) yield [tenant, app, { parameters: { ':tenantId': tenant } }];
  for (const name of Object.keys(PARAMETERS).filter((parameter) => key.includes(parameter))) {
    for (const value of ['none', '2020-01-01', '00000000-0000-4000-8000-00000000000f', '%00', 'x'.repeat(300)]) {
      yield [`${name} ${value.slice(0, 40)}`, app, { parameters: { [name]: value } }];
    }
  }
  if (ADMIN_ROWS[key]?.body) {
    yield ['text', app, { headers: { 'Content-Type': 'text/plain' }, body: 'reason=because' }];
    yield ['no JSON', app, { headers: { 'Content-Type': 'application/json' }, body: '{' }];
    yield ['an unknown charset', app, { headers: { 'Content-Type': 'application/json; charset=x' }, body: '{}' }];
    yield ['too much', app, { body: { reason: 'x'.repeat(20_000) } }];
    yield ['unknown fields', app, { body: { ...ADMIN_ROWS[key]?.body, admin: true } }];
    yield ['no fields', app, { body: {} }];
  }
  const idempotency = (kind: 'running' | 'mismatch') =>
    ({ begin: async () => ({ kind }) }) as unknown as IdempotencyStore;
  for (const kind of ['running', 'mismatch'] as const) {
    const directory = Object.assign(Object.create(deps.directory), { idempotency: idempotency(kind) });
    yield [kind, appOf({ ...deps, directory }), { parameters, headers: { 'Idempotency-Key': 'k1' } }];
  }
  const limited = appOf(deps, { rateLimit: { reads: 1, changes: 1 } });
  yield ['once', limited, {}];
  yield ['once too often', limited, {}];
  const broken = (error: Error) => appOf(deps, { authorize: () => Promise.reject(error) });
  for (const code of ['TOKEN_INVALID', 'API_KEY_INVALID', 'DIRECTORY_UNAVAILABLE', 'CACHE_CLOSED'] as const) {
    yield [code, broken(fail(code)), {}];
  }
  yield ['a defect', broken(new Error('defect')), {}];
  yield ['nothing to read', appOf({ ...deps, usageReader: undefined, advisor: undefined }), {}];
  fixture.storeError = 'STORE_UNAVAILABLE';
  fixture.shared.error = 'STORE_UNAVAILABLE';
  // What cannot be invalidated at once is pending, and no error.
  if (!/entries\/delete|invalidate/.test(key)) fixture.entries.error = 'STORE_UNAVAILABLE';
  yield ['no store', appOf(deps), { parameters }];
}

describe('the description of the admin API', () => {
  it('has every route of the router, and no other', () => {
    expect([...api.operations.keys()].sort()).toEqual(routesOf(new AdminApp().router).sort());
  });

  it.each(Object.keys(ADMIN_ROWS))('%s answers as it is described, and in every way', async (key) => {
    const { fixture, deps, parameters } = await filledApp();
    const done = await ask(appOf(deps), key, { parameters });
    expect({ key, faults: api.faults(key, done), text: done.status < 300 ? '' : done.text }).toEqual({
      key,
      faults: [],
      text: '',
    });
    expect(fixture.errors).toEqual([]);
    const seen = new Set([done.status]);
    for await (const [what, app, asking] of asked(key)) {
      const answer = await ask(app, key, asking);
      expect({ what, faults: api.faults(key, answer) }).toEqual({ what, faults: [] });
      seen.add(answer.status);
    }
    const documented = api.statusesOf(key).filter((status) => status !== OF_RACES);
    expect([...seen].filter((status) => status !== OF_RACES).sort()).toEqual(documented.sort());
  });

  it('is the same for every role, and names where it is mounted', async () => {
    const { app } = new AdminApp();
    for (const caller of ['viewer', 'tenant_viewer@acme']) {
      const { body } = await ask(app, 'get /openapi.json', { caller });
      expect(body.servers).toEqual([{ url: '/admin' }]);
      expect(Object.keys(body.paths)).toEqual(Object.keys(api.document.paths));
    }
  });
});

/** 409 has codes of its own on some routes, which their tests reach. */
const OF_RACES = 409;
