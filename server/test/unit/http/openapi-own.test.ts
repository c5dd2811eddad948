import { beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { fail } from '../../../src/core/errors.js';
import type { TenantId } from '../../../src/core/tenant-id.js';
import { tenantRouter } from '../../../src/http/tenant-router.js';
import type { TenantDeps } from '../../../src/http/tenant-routes.js';
import { MemoryWatchlists } from '../../../src/testing/memory-watchlists.js';
import { DescribedApi, routesOf } from './described-api.js';
import { filledApp } from './described-stage.js';
import { SharedStage } from './shared-stage.js';

let api: DescribedApi;
let deps: TenantDeps;
let period = '';
let keys: readonly string[] = [];

/** Refuses each list as no memory does. */
function refusing(code: 'TENANT_NOT_FOUND' | 'WATCHLIST_LIMIT'): Pick<TenantDeps, 'watchlists'> {
  return { watchlists: { ...new MemoryWatchlists(), put: () => Promise.reject(fail(code)) } as never };
}

/** The routes over what the admin API's tests are filled with. */
function appOf(more: Partial<TenantDeps> = {}, options: Parameters<typeof tenantRouter>[1] = { rateLimit: false }) {
  return express().use('/cache', tenantRouter({ ...deps, ...more }, options));
}

beforeAll(async () => {
  const { deps: all } = await filledApp();
  const { items } = await all.directory.statements('acme' as TenantId, { page: 1, pageSize: 1 });
  period = items[0]?.periodStart ?? '';
  const watchlists = new MemoryWatchlists();
  await watchlists.put('acme' as TenantId, 'majors', ['x:BTC/USDT']);
  deps = {
    directory: all.directory,
    tenantOf: (req) => req.get('x-tenant') as TenantId | undefined,
    fleet: all.fleet,
    usage: all.usage,
    usageReader: all.usageReader,
    alerts: all.alerts?.store,
    advisor: all.advisor,
    entries: all.entries,
    watchlists,
    shared: all.shared && { datasets: new SharedStage().settings, access: all.shared.access },
  };
  api = new DescribedApi((await ask(appOf(), 'get /openapi.json')).body);
  keys = [...api.operations.keys()];
});

const BODIES: Record<string, object> = { 'put /watchlists/:name': { groups: ['x:1'] } };

async function ask(
  app: express.Express,
  key: string,
  query = '',
  tenant: string | null = 'acme',
  parameter?: string,
  body: object | string | undefined = BODIES[key],
) {
  const values: Record<string, string> = {
    ':periodStart': period,
    ':resource': 'portfolio',
    ':key': '1',
    ':dataset': 'market',
    ':name': 'majors',
  };
  const [method = 'get', route = ''] = key.split(' ') as ['get' | 'put' | 'delete', string];
  const path = route.replaceAll(/:\w+/g, (name) => parameter ?? values[name] ?? name);
  const made = request(app)[method](`/cache${path}${query}`);
  if (typeof body === 'string') made.type('text/plain');
  return (tenant === null ? made : made.set('x-tenant', tenant)).send(body);
}

describe('the description of the tenants’ own API', () => {
  it('has every route of the router, and no other', () => {
    expect([...keys].sort()).toEqual(routesOf(tenantRouter(deps)).sort());
  });

  it('holds for every answer, and no status is described that is never answered', async () => {
    for (const key of keys) {
      const faults: string[] = [];
      const seen = new Set<number>();
      const look = async (...asked: Parameters<typeof ask>) => {
        const answer = await ask(...asked);
        faults.push(...api.faults(key, answer));
        seen.add(answer.status);
      };
      await look(appOf(), key);
      expect({ key, ok: [...seen] }).toEqual({ key, ok: [key.startsWith('delete') ? 204 : 200] });
      await look(appOf(), key, '?nothing=1');
      await look(appOf(), key, '', null);
      for (const value of ['2020-01-01', 'none', '%E0%A4%A']) await look(appOf(), key, '', 'acme', value);
      await look(appOf({ usageReader: undefined, advisor: undefined }), key);
      const limited = appOf({}, { rateLimit: { reads: 1, changes: 1 } });
      await look(limited, key);
      await look(limited, key);
      for (const code of ['TENANT_SUSPENDED', 'DIRECTORY_UNAVAILABLE', 'OPTION_INVALID'] as const) {
        // As the middleware before it refuses.
        await look(appOf({ tenantOf: refuse(code === 'OPTION_INVALID' ? new Error('defect') : fail(code)) }), key);
      }
      for (const body of key in BODIES ? [{ admin: true }, 'groups=x', { groups: ['x'.repeat(80_000)] }] : []) {
        await look(appOf(), key, '', 'acme', undefined, body);
      }
      for (const code of key in BODIES ? (['TENANT_NOT_FOUND', 'WATCHLIST_LIMIT'] as const) : []) {
        await look(appOf(refusing(code)), key);
      }
      expect({ key, faults }).toEqual({ key, faults: [] });
      expect([...seen].sort()).toEqual(api.statusesOf(key).sort());
    }
  });
});

function refuse(error: Error): () => never {
  return () => {
    throw error;
  };
}
