import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Log, linesWith, printedBy } from '../stack/logs.js';
import { secretsOf } from '../stack/stack.js';
import { tenantToken } from '../stack/tokens.js';
import { expect, fillSignIn, test } from './test.js';

const PROCESSES = ['api', 'dashboard', 'postgres', 'prometheus', 'redis', 'simulator', 'start', 'traffic'];
/** A JSON Web Token, and a session as iron-session seals it. */
const TOKENS = /eyJ[\w-]{10,}\.[\w-]{10,}|Fe26\.2\*/;
/** What the cache's keys are made of: `BTCUSDT`, `BTC/USDT`. */
const SYMBOL = /\b[A-Z0-9]{2,12}\/?USDT\b/;
const PINO_INFO = 30;

test('nothing that any process printed holds a password, a token, a cookie, a secret or a key', async ({
  as,
  browser,
  baseURL,
  stack,
}) => {
  const planted: Record<string, string> = {};
  const plant = (what: string) => {
    const text = `cnry${randomBytes(8).toString('hex')}`;
    planted[what] = text;
    return text;
  };
  const { tenantTokenSecret } = secretsOf(stack);
  const tenant = 'org_aster_quant';
  const token = tenantToken(tenant, tenantTokenSecret);
  const { items: portfolios } = (await (
    await fetch(`${stack.apiUrl}/portfolios`, { headers: { Authorization: `Bearer ${token}` } })
  ).json()) as { items: { id: string }[] };
  expect(portfolios.length).toBeGreaterThan(0);

  // What clients send, to routes that answer and to routes that refuse.
  const paths = [
    '/prices/BTCUSDT',
    ...portfolios.map(({ id }) => `/portfolios/${id}`),
    `/analysis/${plant('key of an analysis')}?windows=1`,
    `/prices/${plant('symbol that is refused')}?q=${plant('query')}`,
    `/portfolios/${plant('portfolio that is not there')}`,
    `/${plant('unknown path')}`,
    `/admin/tenants/${plant('unknown tenant')}/quota`,
  ];
  const bearers = [token, `${plant('garbage token')}.a.b`, tenantToken(tenant, plant('other secret').padEnd(32, 'x'))];
  for (const path of paths) {
    for (const bearer of bearers) {
      for (const body of [undefined, `{"broken":"${plant('body')}`]) {
        const headers = {
          Authorization: `Bearer ${bearer}`,
          'Content-Type': 'application/json',
          Cookie: `session=${plant('cookie')}`,
          'X-Request-Id': plant('request id'),
        };
        const method = body === undefined ? 'GET' : 'POST';
        await fetch(stack.apiUrl + path, { method, headers, ...(body && { body }) });
      }
    }
    await fetch(`${stack.dashboardUrl}${path}`, { headers: { Cookie: `session=${plant('cookie of the dashboard')}` } });
  }

  const page = await as('admin');
  await page.goto(`/tenants?search=${plant('search')}`);
  const stranger = await browser.newPage({ ...(baseURL && { baseURL }) });
  await stranger.goto('/login');
  await fillSignIn(stranger, `${plant('unknown user')}@example.com`, plant('wrong password'));
  await expect(stranger.getByText(/do not match|Too many tries/)).toBeVisible();
  await stranger.close();
  const cookies = (await page.context().cookies()).filter(({ value }) => value.length >= 16);
  expect(cookies.length).toBeGreaterThan(0);

  const logs = printedBy(stack.dataDirectory);
  expect(logs.map(({ name }) => name)).toEqual(expect.arrayContaining(PROCESSES));
  const log = (name: string) => logs.find((each) => each.name === name) as Log;
  expect(log('api').lines.join('\n')).toContain('API listens on');

  expect(linesWith(logs, planted), 'what clients sent').toEqual([]);
  const kept = JSON.parse(readFileSync(path.join(stack.dataDirectory, 'secrets.json'), 'utf8')) as Record<
    string,
    string
  >;
  expect(linesWith(logs, kept), 'secrets of the data directory').toEqual([]);
  const values = Object.fromEntries(cookies.map(({ name, value }) => [`the cookie ${name}`, value]));
  expect(linesWith(logs, values), 'cookies').toEqual([]);
  expect(logs.filter(({ lines }) => lines.some((line) => TOKENS.test(line))).map(({ name }) => name)).toEqual([]);

  // The start script announces them on purpose, in these lines alone.
  const silent = (line: string) => !line.startsWith('Sign in ') && !line.startsWith('{"event":"ready"');
  const passwords = Object.fromEntries(
    stack.signIns.map(({ email, password }) => [`the password of ${email}`, password]),
  );
  expect(linesWith([log('start')], passwords), 'passwords that are announced').not.toEqual([]);
  const rest = logs.map(({ name, lines }) => ({ name, lines: name === 'start' ? lines.filter(silent) : lines }));
  expect(linesWith(rest, passwords), 'passwords').toEqual([]);

  const told = log('api').lines.filter((line) => !line.startsWith('{') || JSON.parse(line).level >= PINO_INFO);
  expect(told.filter((line) => SYMBOL.test(line))).toEqual([]);
  const ids = Object.fromEntries(portfolios.map(({ id }) => [`the portfolio ${id}`, id]));
  expect(linesWith([{ name: 'api', lines: told }], ids), 'keys of portfolios').toEqual([]);
});
