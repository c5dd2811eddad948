import type { APIRequestContext, APIResponse } from '@playwright/test';
import { type KnownRoute, knownRoutes } from '../stack/route-areas.js';
import { expect, test } from './test.js';

const OTHER = 'org_northwind';
const AT_ONCE = 6;
const ROUTES = knownRoutes(OTHER);
const HANDLERS = ROUTES.filter(({ kind, area }) => kind === 'handler' && area !== 'open');

type Ask = Parameters<APIRequestContext['fetch']>[1];

/** One route after the other would take as many round trips as there are routes. */
async function each<T>(routes: readonly T[], work: (route: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < routes.length; from += AT_ONCE) {
    await Promise.all(routes.slice(from, from + AT_ONCE).map(work));
  }
}

function ask(request: APIRequestContext, { url, method }: KnownRoute, more: Ask = {}): Promise<APIResponse> {
  const body = method === 'POST' ? { data: {} } : {};
  return request.fetch(url, { method: method ?? 'GET', maxRedirects: 0, failOnStatusCode: false, ...body, ...more });
}

test('a tenant’s user gets nothing of the fleet and nothing of another tenant', async ({ as, api }) => {
  test.setTimeout(240_000);
  const { request } = await as('aster');
  const others = (await api.tenants()).filter(({ tenantId }) => tenantId !== 'org_aster_quant');
  await each(ROUTES, async (route) => {
    if (route.area === 'open') return;
    const answer = await ask(request, route);
    const text = await answer.text();
    if (route.area === 'fleet') {
      // The bare address is nobody's page: it leads everybody home.
      expect.soft(answer.status(), route.path).toBe(route.path === '/' ? 307 : 404);
    } else {
      expect.soft(answer.status(), route.path).not.toBe(500);
    }
    for (const { tenantId, name } of others) {
      expect.soft(text.includes(name), `${route.path} names ${name}`).toBe(false);
      // Of a page that is not there Next repeats the address, and with it what we put there ourselves.
      const asked = route.url.includes(tenantId) && answer.status() === 404;
      if (!asked) expect.soft(text.includes(tenantId), `${route.path} names ${tenantId}`).toBe(false);
    }
  });
});

test('who is not signed in is sent to sign in, or told so', async ({ request }) => {
  test.setTimeout(240_000);
  await each(ROUTES, async (route) => {
    if (route.area === 'open') return;
    const answer = await ask(request, route);
    if (route.kind === 'handler') expect.soft(answer.status(), route.path).toBe(401);
    else
      expect
        .soft([answer.status(), answer.headers().location], route.path)
        .toEqual([307, expect.stringContaining('/login')]);
  });
});

test('a handler takes its own method only, and nothing that another site sent', async ({ as }) => {
  test.setTimeout(240_000);
  const staff = (await as('admin')).request;
  const tenant = (await as('aster')).request;
  await each(HANDLERS, async (route) => {
    const request = route.area === 'tenant' ? tenant : staff;
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      if (method === (route.method ?? 'GET')) continue;
      expect.soft((await ask(request, route, { method })).status(), `${method} ${route.path}`).toBe(405);
    }
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      expect.soft((await ask(request, route, { headers })).status(), `${route.path} for another site`).toBe(403);
    }
  });
});
