import 'server-only';
import { SignJWT } from 'jose';
import { z } from 'zod';
import { environment } from './environment';
import type { Viewer } from './viewer';

const TIMEOUT_MS = 4_000;
const TOKEN_LIFE = '60s';

const PROBLEM = z.looseObject({
  code: z.string().optional(),
  title: z.string().optional(),
  detail: z.string().optional(),
});

/** The API did not answer, or not in time, or not in its own words, or refuses our tokens. The message is for people. */
export class AdminApiDown extends Error {
  override readonly name = 'AdminApiDown';
}

/** The API answered with a problem. `body` keeps its extension members, such as `errors` or `current`. */
export class AdminApiProblem extends Error {
  override readonly name = 'AdminApiProblem';

  constructor(
    readonly status: number,
    readonly code: string | undefined,
    detail: string,
    readonly body: Record<string, unknown>,
  ) {
    super(detail);
  }
}

interface Call<S extends z.ZodType> {
  schema: S;
  method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  ifMatch?: number;
}

/**
 * Calls the admin API in the name of the viewer, with a token that lives for one minute. A tenant's user reaches the
 * routes of that tenant only. An answer without a body is checked as `{}`.
 * @throws AdminApiDown, AdminApiProblem
 */
export async function adminApi<S extends z.ZodType>(viewer: Viewer, path: string, call: Call<S>) {
  const url = new URL(`${environment().API_URL.replace(/\/$/, '')}/admin${path}`);
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined && value !== '') url.searchParams.set(name, String(value));
  }
  const answer = await send(url, call, await tokenOf(viewer));
  if (answer.status >= 400) throw problemOf(answer.status, answer.body, (call.method ?? 'GET') === 'GET');
  const parsed = call.schema.safeParse(answer.body);
  if (!parsed.success) throw new AdminApiDown('The API answered in a form that this dashboard does not know.');
  return parsed.data as z.infer<S>;
}

async function send(url: URL, { method = 'GET', body, ifMatch }: Call<z.ZodType>, token: string) {
  try {
    const response = await fetch(url, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        Accept: 'application/json',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(ifMatch === undefined ? {} : { 'If-Match': `"${ifMatch}"` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      cache: 'no-store',
      redirect: 'error',
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as unknown) };
  } catch (cause) {
    throw new AdminApiDown('The API does not answer.', { cause });
  }
}

/** @param reads whether nothing was to be changed: what is not answered may be asked again */
function problemOf(status: number, body: unknown, reads: boolean): Error {
  const parsed = PROBLEM.safeParse(body);
  if (!parsed.success || (status >= 500 && parsed.data.code === undefined)) {
    return new AdminApiDown(`The API failed with status ${status}.`);
  }
  if (status === 429 && reads) {
    return new AdminApiDown('Too many requests were sent to the API. It answers again within a minute.');
  }
  if (status === 401) {
    return new AdminApiDown('The API refuses this dashboard: ADMIN_TOKEN_SECRET must be the same on both sides.');
  }
  const { code, title, detail } = parsed.data;
  return new AdminApiProblem(status, code, detail ?? title ?? `Status ${status}`, parsed.data);
}

function tokenOf(viewer: Viewer): Promise<string> {
  const { role, email } = viewer;
  return new SignJWT({ role, ...(viewer.area === 'tenant' && { tenant: viewer.tenantId }) })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(email)
    .setIssuer('tenantcache-dashboard')
    .setAudience('tenantcache-admin')
    .setIssuedAt()
    .setExpirationTime(TOKEN_LIFE)
    .sign(new TextEncoder().encode(environment().ADMIN_TOKEN_SECRET));
}
