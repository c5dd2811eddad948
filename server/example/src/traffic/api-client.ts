import { SignJWT } from 'jose';
import { z } from 'zod';
import type { PlannedTenant } from './plan.js';
import type { ApiRequest } from './tenant-stream.js';

export interface ApiAnswer {
  readonly status: number;
  readonly usedBytes: number;
  readonly quotaBytes: number;
  /** The answer says `X-Cache-Quota-Exceeded`. */
  readonly exceeded: boolean;
}

const TOKEN_LIFE_MS = 3_600_000;
const RENEW_MS = 3_000_000;
const TIMEOUT_MS = 10_000;

const tenantPage = z.object({
  items: z.array(
    z.object({
      tenantId: z.string(),
      name: z.string(),
      plan: z.string(),
      suspended: z.boolean(),
      quota: z.object({
        quotaBytes: z.number(),
        hardLimitBytes: z.number(),
        policy: z.string(),
        enforcement: z.string(),
      }),
    }),
  ),
});
const portfolioPage = z.object({ items: z.array(z.object({ id: z.string() })) });
const memberPage = z.object({
  items: z.array(z.object({ id: z.string(), active: z.boolean(), roles: z.array(z.string()) })),
});
const watchlistPage = z.object({ items: z.array(z.object({ name: z.string() })) });

/** The API as its clients see it: each request carries a token of its tenant, and perhaps of a user. */
export class ApiClient {
  readonly #tokens = new Map<string, { token: string; signedAtMs: number }>();
  readonly #tenantKey: Uint8Array;
  readonly #adminKey: Uint8Array;

  constructor(
    private readonly url: string,
    secrets: { tenant: string; admin: string },
  ) {
    this.#tenantKey = new TextEncoder().encode(secrets.tenant);
    this.#adminKey = new TextEncoder().encode(secrets.admin);
  }

  async alive(): Promise<boolean> {
    try {
      const response = await fetch(`${this.url}/livez`, { signal: AbortSignal.timeout(2_000) });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false;
    }
  }

  /** The first hundred tenants that are not suspended. @throws Error where the admin interface refuses or fails */
  async tenants(): Promise<PlannedTenant[]> {
    const token = await sign(this.#adminKey, 'tenantcache-script', 'tenantcache-admin', {
      sub: 'traffic',
      role: 'viewer',
    });
    const page = tenantPage.parse(await this.#json('/admin/tenants?pageSize=100', token));
    return page.items.filter(({ suspended }) => !suspended);
  }

  async portfolioIds(tenantId: string): Promise<string[]> {
    return portfolioPage.parse(await this.#json('/portfolios', await this.#token(tenantId))).items.map(({ id }) => id);
  }

  async watchlists(tenantId: string): Promise<string[]> {
    const page = await this.#json('/me/cache/watchlists', await this.#token(tenantId));
    return watchlistPage.parse(page).items.map(({ name }) => name);
  }

  /** Users of the tenant who have one of these roles. */
  async users(tenantId: string, roles: readonly string[]): Promise<string[]> {
    const { items } = memberPage.parse(await this.#json('/access/members', await this.#token(tenantId)));
    return items.filter((each) => each.active && each.roles.some((role) => roles.includes(role))).map(({ id }) => id);
  }

  /** @throws Error where no answer comes; any status is an answer */
  async send(tenantId: string, { method, path, body, user }: ApiRequest): Promise<ApiAnswer> {
    const headers: Record<string, string> = { authorization: `Bearer ${await this.#token(tenantId, user)}` };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const response = await fetch(this.url + path, {
      method,
      headers,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body !== undefined && { body }),
    });
    await response.arrayBuffer();
    return {
      status: response.status,
      usedBytes: Number(response.headers.get('x-cache-quota-used') ?? 0),
      quotaBytes: Number(response.headers.get('x-cache-quota-limit') ?? 0),
      exceeded: response.headers.get('x-cache-quota-exceeded') === 'true',
    };
  }

  async #json(path: string, token: string): Promise<unknown> {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(this.url + path, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) {
      await response.arrayBuffer();
      throw new Error(`the API answers ${response.status}`);
    }
    return response.json();
  }

  /** Without a user it is of the tenant's service account. */
  async #token(tenantId: string, user = ''): Promise<string> {
    // No id has a space in it.
    const whose = `${tenantId} ${user}`;
    const known = this.#tokens.get(whose);
    if (known && Date.now() - known.signedAtMs < RENEW_MS) return known.token;
    const claims = { tenant_id: tenantId, ...(user !== '' && { sub: user }) };
    const token = await sign(this.#tenantKey, 'tenantcache-demo', 'tenantcache-example', claims);
    this.#tokens.set(whose, { token, signedAtMs: Date.now() });
    return token;
  }
}

function sign(key: Uint8Array, issuer: string, audience: string, claims: Record<string, string>): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime(Math.floor((Date.now() + TOKEN_LIFE_MS) / 1_000))
    .sign(key);
}
