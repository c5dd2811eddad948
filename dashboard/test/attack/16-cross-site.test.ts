import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import config from '@/next.config';

let asked = 0;
const nobody = async () => {
  asked += 1;
  return undefined;
};
jest.unstable_mockModule('@/data/viewer', () => ({
  HOME: {},
  ROLE_NAMES: {},
  viewerOf: () => undefined,
  roleOf: () => undefined,
  mayViewAs: () => false,
  currentViewer: nobody,
  currentAccount: nobody,
  requireFleetViewer: nobody,
  requireTenantViewer: nobody,
  requireAccount: nobody,
}));

const APP = fileURLToPath(new URL('../../app', import.meta.url));
const files = readdirSync(APP, { recursive: true, encoding: 'utf8' });
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
/** The first says that the process lives, to anybody. Of the others the second is where another site sends people to, by design. */
const OPEN = new Set(['livez/route.ts', 'auth/oidc/start/route.ts', 'auth/oidc/callback/route.ts']);

type Handler = (request: Request, context: unknown) => Promise<Response>;
type Route = Partial<Record<(typeof METHODS)[number], Handler>>;
const routes = new Map<string, Route>();

beforeAll(async () => {
  Object.assign(process.env, {
    DATABASE_URL: 'postgresql://app@127.0.0.1/x',
    DATABASE_ADMIN_URL: 'postgresql://admin@127.0.0.1/x',
    API_URL: 'http://127.0.0.1:1',
    ADMIN_TOKEN_SECRET: 'x'.repeat(32),
    SESSION_SECRET: 'y'.repeat(32),
    PUBLIC_URL: 'https://dashboard.example',
  });
  for (const file of handlers) routes.set(file, (await import(`@/app/${file}`)) as Route);
});

const handlers = files.filter((file) => file.endsWith('route.ts') && !OPEN.has(file));

/** As a browser sends them for what another page, a frame of one, or a file on a disk asks for. */
const FOREIGN: Record<string, string>[] = [
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'CROSS-SITE' },
  { 'sec-fetch-site': '' },
  { 'sec-fetch-site': 'cross-site', origin: 'https://dashboard.example' },
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { origin: '' },
  { origin: 'http://dashboard.example' },
  { origin: 'https://dashboard.example:8443' },
  { origin: 'https://dashboard.example.evil.example' },
  { origin: 'https://evil.example', host: 'evil.example' },
  { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' },
];
const OWN: Record<string, string>[] = [
  {},
  { 'sec-fetch-site': 'same-origin' },
  { 'sec-fetch-site': 'none' },
  { 'sec-fetch-site': 'same-origin', origin: 'https://dashboard.example' },
];

describe('attack 16: what another site makes a browser ask of the dashboard', () => {
  it('finds the route handlers', () => {
    expect(handlers.length).toBeGreaterThan(5);
  });

  it.each(handlers)('%s refuses it before the session is looked up, and lets its own pages on to 401', async (file) => {
    const route = routes.get(file) ?? {};
    const methods = METHODS.filter((method) => route[method]);
    expect(methods.length).toBeGreaterThan(0);
    for (const method of methods) {
      const call = (headers: Record<string, string>) => {
        const body = method === 'GET' || method === 'HEAD' ? {} : { body: '{}' };
        const request = new Request('https://dashboard.example/api', { method, headers, ...body });
        const params = Promise.resolve({ tenantId: 'acme', block: 'requests' });
        return (route[method] as Handler)(request, { params });
      };
      asked = 0;
      for (const headers of FOREIGN) expect([headers, (await call(headers)).status]).toEqual([headers, 403]);
      expect(asked).toBe(0);
      for (const headers of OWN) expect([headers, (await call(headers)).status]).toEqual([headers, 401]);
      expect(asked).toBe(OWN.length);
    }
  });

  it('every handler is guarded by its first line, and every action names its viewer first', () => {
    for (const file of handlers) {
      expect(readFileSync(path.join(APP, file), 'utf8')).toMatch(/return as(Fleet|Tenant)\(request,/);
    }
    const actions = files.filter(
      (file) => /\.tsx?$/.test(file) && readFileSync(path.join(APP, file), 'utf8').startsWith("'use server'"),
    );
    // Signing in and out need nobody who is signed in; Next itself compares the origin of every action.
    const open = new Set(['actions.ts', path.join('(auth)', 'login', 'actions.ts')]);
    expect(actions.length).toBeGreaterThan(2);
    for (const file of actions.filter((action) => !open.has(action))) {
      const source = readFileSync(path.join(APP, file), 'utf8');
      const exported = source.match(/export async function/g)?.length;
      const guard =
        /\{\n {2}const (viewer|account) = await (require(FleetViewer|TenantViewer|Account)\(\);|currentAccount\(\);\n {2}if \(!account\) redirect)/g;
      const guarded = source.match(guard)?.length ?? 0;
      // A file may do it for all its actions at once.
      const through = source.match(/\{\n {2}return asAdmin\(/g)?.length ?? 0;
      expect([file, guarded + through - (through > 0 ? 1 : 0)]).toEqual([file, exported]);
    }
  });

  it('pages may be framed by nobody, and nothing is told to other sites', async () => {
    const [all] = (await config.headers?.()) ?? [];
    expect(all?.source).toBe('/:path*');
    const headers = Object.fromEntries(all?.headers.map(({ key, value }) => [key.toLowerCase(), value]) ?? []);
    expect(headers).toMatchObject({
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    expect(config.experimental?.serverActions?.allowedOrigins).toBeUndefined();
  });
});
