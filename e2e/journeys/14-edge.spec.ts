import type { Cookie } from '@playwright/test';
import { ForeignSite } from '../stack/foreign-site.js';
import { accountOf, expect, fillSignIn, test } from './test.js';

const TENANT = 'org_aster_quant';

test('every page has a policy with a nonce of its own, and may not be framed', async ({ page, as }) => {
  const admin = await as('admin');
  const nonces = new Set<string>();
  const paths = ['/', '/tenants', `/tenants/${TENANT}`, '/audit', '/no-such-page', '/login'];
  for (const path of paths) {
    const headers = (await admin.goto(path))?.headers() ?? {};
    const policy = headers['content-security-policy'] ?? '';
    expect.soft(policy, path).toMatch(/script-src 'self' 'nonce-[\w+/=]{20,}' 'strict-dynamic';/);
    expect.soft(policy, path).toContain("frame-ancestors 'none'");
    expect.soft(policy, path).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline/);
    expect.soft(headers, path).toMatchObject({ 'x-frame-options': 'DENY', 'x-content-type-options': 'nosniff' });
    nonces.add(/'nonce-([^']+)'/.exec(policy)?.[1] ?? '');
  }
  expect(nonces.size).toBe(paths.length);
  for (const path of ['/api/tenants.csv', '/api/tenants', '/livez']) {
    const headers = (await page.request.get(path)).headers();
    expect.soft(headers['x-content-type-options'], path).toBe('nosniff');
    expect.soft(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  }
});

test('an address that is no text is refused, on pages and handlers', async ({ as }) => {
  const page = await as('admin');
  for (const path of ['/tenants/%', '/tenants/%ff', '/billing/%ED%A0%80/current', '/api/tenants/%/now'])
    expect.soft((await page.request.get(path)).status(), path).toBe(400);
});

test('another site can neither frame a page nor read or change anything in the name of who is signed in', async ({
  as,
  api,
  complaints,
  baseURL,
}) => {
  const page = await as('admin');
  await page.goto('/');
  // Sign-out is a form with an action, which works without script: the easiest thing there is to forge.
  // What names the action is in the page as it is sent, before script takes over.
  const sent = await (await page.request.get('/')).text();
  const fields = [...sent.matchAll(/"(?:\$ACTION_ID_)?([0-9a-f]{42})\\?"/g)].map(([, id]) => [`$ACTION_ID_${id}`, '']);
  expect(fields.length).toBeGreaterThan(0);
  const hidden = fields.map(([name, value]) => `<input name="${name}" value="${value}">`).join('');
  const preview = `${baseURL}/api/tenants/${TENANT}/quota/preview`;
  const site = await ForeignSite.open({
    '/frame': `<iframe src="${baseURL}/tenants" title="framed"></iframe>`,
    '/forge': `<form method="post" enctype="multipart/form-data" action="${baseURL}/">${hidden}<button>Win a prize</button></form>`,
    '/fetch': '<h1>Nothing to see</h1>',
    '/text': `<form method="post" enctype="text/plain" action="${preview}"><input name='{"quotaMb":1,"a":"' value='"}'><button>Win</button></form>`,
  });
  const before = await api.tenants();

  await page.goto(`${site.url}/frame`);
  await expect(page.frames()[1] ?? page.mainFrame()).not.toBe(page.mainFrame());
  await expect.poll(() => page.frames()[1]?.url()).toMatch(/^chrome-error:/);

  // These read and change nothing, whether by script or by form.
  await page.goto(`${site.url}/fetch`);
  const statuses: number[] = [];
  page.on('response', (response) => {
    if (response.url().startsWith(baseURL ?? '-')) statuses.push(response.status());
  });
  const readable = await page.evaluate(async (base) => {
    const tried = ['/api/tenants.csv', '/api/audit.csv', '/api/tenants', '/api/overview/requests'];
    const read: string[] = [];
    for (const path of tried) {
      for (const mode of ['cors', 'no-cors'] as const) {
        const answer = await fetch(base + path, { credentials: 'include', mode }).catch(() => undefined);
        const text = await answer?.text();
        if (text) read.push(path);
      }
    }
    return read;
  }, baseURL ?? '');
  expect(readable).toEqual([]);
  expect(new Set(statuses)).toEqual(new Set([403]));

  await page.goto(`${site.url}/text`);
  const answered = page.waitForResponse(preview);
  await page.getByRole('button').click();
  expect((await answered).status()).toBe(403);

  await page.goto(`${site.url}/forge`);
  const forged = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.getByRole('button').click();
  expect((await forged).status()).toBeGreaterThanOrEqual(400);
  await page.goto('/tenants');
  await expect(page).toHaveURL(/\/tenants$/);
  await expect(page.getByRole('table', { name: /^Tenants/ })).toBeVisible();
  const versions = (tenants: typeof before) => tenants.map(({ tenantId, quota }) => [tenantId, quota.version]);
  expect(versions(await api.tenants())).toEqual(versions(before));
  site.close();
  // The browser says itself what it kept from the other site.
  complaints.length = 0;
});

test('a session that somebody put into the browser is not the one that signing in gives', async ({
  browser,
  baseURL,
  stack,
}) => {
  const options = { ...(baseURL && { baseURL }) };
  const signIn = async (who: 'admin' | 'aster', planted?: Cookie[]) => {
    const context = await browser.newContext(options);
    if (planted) await context.addCookies(planted);
    const page = await context.newPage();
    await page.goto('/login');
    const { email, password } = accountOf(stack, who);
    await fillSignIn(page, email, password);
    await page.waitForURL((url) => url.pathname !== '/login');
    return { context, page };
  };

  const attacker = await signIn('aster');
  const planted = await attacker.context.cookies();
  const sessionOf = (cookies: Cookie[]) => cookies.find(({ name }) => name === 'tenantcache_session');
  // Signed in, the victim would see at once whose account it is; signed out, the cookie waits for a sign-in.
  await attacker.page.getByRole('button', { name: 'Sign out' }).filter({ visible: true }).first().click();
  await attacker.page.waitForURL(/\/login/);
  await attacker.context.addCookies(planted);
  const victim = await signIn('admin', planted);
  const own = await victim.context.cookies();
  // The session, and what tells this browser from those that guess, which the sign-in page alone is sent.
  expect(own.map(({ name, path }) => [name, path]).sort()).toEqual([
    ['tenantcache_device', '/login'],
    ['tenantcache_session', '/'],
  ]);
  for (const cookie of own) expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
  expect(sessionOf(own)?.value).toBeTruthy();
  expect(sessionOf(own)?.value).not.toBe(sessionOf(planted)?.value);
  expect((await victim.page.request.get('/api/tenants.csv')).status()).toBe(200);

  // What was planted is worth nothing from then on: neither the victim's session nor any.
  await attacker.page.goto('/usage');
  await expect(attacker.page).toHaveURL(/\/login/);
  expect((await attacker.page.request.get('/api/tenants.csv')).status()).toBe(401);
  for (const { context } of [attacker, victim]) await context.close();
});

test('a redirect after signing in stays on the dashboard', async ({ page, stack, baseURL }) => {
  const { email, password } = accountOf(stack, 'aster');
  const nexts = [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/%5Cevil.example',
    'javascript:alert(1)',
  ];
  for (const next of nexts) {
    await page.context().clearCookies();
    await page.goto(`/login?next=${encodeURIComponent(next)}`);
    await fillSignIn(page, email, password);
    await page.waitForURL((url) => url.pathname !== '/login');
    expect.soft(new URL(page.url()).origin, next).toBe(baseURL);
  }
});
