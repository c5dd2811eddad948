import type { Request } from 'express';
import { fail } from '../core/errors.js';
import { assertOptionNames, invalidOption } from '../core/options.js';

/** Where else in a request a tenant may be named, by the names of fields; what is left out has its default. */
export interface NamedTenantsOptions {
  /** Default `x-tenant-id`. */
  headers?: readonly string[];
  /** Default `tenant`, `tenantId`, `tenant_id`. */
  query?: readonly string[];
  /** Of the path the middleware is mounted at, such as `/t/:tenantId`. Default as for the query. */
  params?: readonly string[];
  /** Fields at the top of a body that was parsed before. Default as for the query. */
  body?: readonly string[];
}

const WHERE = 'middleware() mismatch';
const NAMES = ['tenant', 'tenantId', 'tenant_id'] as const;
const DEFAULTS = { headers: ['x-tenant-id'], query: NAMES, params: NAMES, body: NAMES } as const;

/** Refuses a request that names a tenant which is not the one of its credentials. */
export type NamedTenantsCheck = (req: Request, tenant: string) => void;

/** @throws TenantCacheError `OPTION_INVALID` */
export function namedTenantsCheck(options: false | NamedTenantsOptions = {}): NamedTenantsCheck {
  if (options === false) return () => {};
  assertOptionNames(WHERE, options, Object.keys(DEFAULTS));
  const { headers, query, params, body } = { ...DEFAULTS, ...options };
  for (const [name, list] of Object.entries({ headers, query, params, body })) {
    if (!Array.isArray(list) || list.some((each) => typeof each !== 'string' || each === '')) {
      throw invalidOption(WHERE, name, 'a list of names; an empty one for none');
    }
  }
  const headerNames = headers.map((name) => name.toLowerCase());
  return (req, tenant) => {
    for (const name of headerNames) assertSameTenant(tenant, req.headers[name]);
    assertFields(tenant, req.params, params);
    if (mayName(req.url, query)) assertFields(tenant, req.query, query);
    assertFields(tenant, req.body, body);
  };
}

/**
 * Compares what a request names as its tenant with the tenant it is bound to. Nothing, an empty text and an object name
 * none; of a list each member is compared.
 * @throws TenantCacheError `TENANT_MISMATCH`
 */
export function assertSameTenant(tenant: string, named: unknown): void {
  if (Array.isArray(named)) for (const each of named) assertSameTenant(tenant, each);
  else if (named !== undefined && named !== null && named !== '' && typeof named !== 'object') {
    if (String(named) !== tenant)
      throw fail('TENANT_MISMATCH', { todo: 'send the tenant of the credentials, or none' });
  }
}

/** Parsing a query costs more than a look at its text; where that is encoded only parsing tells. */
function mayName(url: string, names: readonly string[]): boolean {
  const start = url.indexOf('?');
  return start >= 0 && (url.includes('%', start) || names.some((name) => url.includes(name, start)));
}

function assertFields(tenant: string, fields: unknown, names: readonly string[]): void {
  if (typeof fields !== 'object' || fields === null) return;
  for (const name of names) {
    if (Object.hasOwn(fields, name)) assertSameTenant(tenant, (fields as Record<string, unknown>)[name]);
  }
}
