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

/** The API as its clients see it: each request carries a token of its tenant. */
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

  /** @throws Error where no answer comes; any status is an answer */
  async send(tenantId: string, { method, path, body }: ApiRequest): Promise<ApiAnswer> {
    const headers: Record<string, string> = { authorization: `Bearer ${await this.#token(tenantId)}` };
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

  async #token(tenantId: string): Promise<string> {
    const known = this.#tokens.get(tenantId);
    if (known && Date.now() - known.signedAtMs < RENEW_MS) return known.token;
    const claims = { sub: 'traffic', tenant_id: tenantId };
    const token = await sign(this.#tenantKey, 'tenantcache-demo', 'tenantcache-example', claims);
    this.#tokens.set(tenantId, { token, signedAtMs: Date.now() });
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
