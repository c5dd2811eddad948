import type { Request, RequestHandler, Response } from 'express';
import { assertOptionNames, invalidOption } from '../core/options.js';
import { firstOf, type TenantResolver } from './first-of.js';
import { type NamedTenantsOptions, namedTenantsCheck } from './named-tenants.js';

export interface TenantMiddlewareOptions {
  /** A list is a chain: `firstOf` says how they go together. */
  tenant: TenantResolver | readonly TenantResolver[];
  /** Default true: a request without a tenant is answered 401. False lets it pass without `req.tenantCache`. */
  required?: boolean | ((req: Request, res: Response) => boolean | Promise<boolean>);
  /** Answers a request without a tenant instead of the 401; not asked where `required` is false. */
  onMissing?: RequestHandler;
  /** Answers a request of a suspended tenant instead of the 403; it has no handle. */
  onSuspended?: RequestHandler;
  /**
   * A tenant that the directory does not have: `default` serves it by the directory's default settings, `refuse` answers
   * 404 `TENANT_NOT_FOUND`. Default `default`.
   */
  unknown?: 'default' | 'refuse';
  /** Where else in a request another tenant than that of its credentials is refused (403); false: nowhere. */
  mismatch?: false | NamedTenantsOptions;
  /** Default true: what looks like a misuse is told to the log, each kind once. */
  validate?: boolean;
}

const WHERE = 'middleware()';
const NAMES = ['tenant', 'required', 'onMissing', 'onSuspended', 'unknown', 'mismatch', 'validate'];

/** The options with their defaults. */
export interface MiddlewareSettings {
  readonly resolve: TenantResolver;
  isRequired(req: Request, res: Response): boolean | Promise<boolean>;
  readonly onMissing: RequestHandler | undefined;
  readonly onSuspended: RequestHandler | undefined;
  readonly refusesUnknown: boolean;
  readonly checkNamed: ReturnType<typeof namedTenantsCheck>;
  readonly validate: boolean;
}

/** @throws TenantCacheError `OPTION_INVALID` */
export function middlewareSettings(options: TenantMiddlewareOptions): MiddlewareSettings {
  assertOptionNames(WHERE, options, NAMES);
  const { tenant, required = true, onMissing, onSuspended, unknown = 'default', mismatch, validate = true } = options;
  if (typeof required !== 'boolean' && typeof required !== 'function') {
    throw invalidOption(WHERE, `required: ${typeof required}`, 'true, false or (req, res) => boolean');
  }
  for (const [name, handler] of Object.entries({ onMissing, onSuspended })) {
    if (handler !== undefined && typeof handler !== 'function') {
      throw invalidOption(WHERE, `${name}: ${typeof handler}`, '(req, res, next) => void');
    }
  }
  if (unknown !== 'default' && unknown !== 'refuse') {
    throw invalidOption(WHERE, `unknown: ${String(unknown)}`, 'default, refuse');
  }
  if (typeof validate !== 'boolean') throw invalidOption(WHERE, `validate: ${typeof validate}`, 'true, false');
  return {
    resolve: resolverOf(tenant),
    isRequired: typeof required === 'boolean' ? () => required : required,
    onMissing,
    onSuspended,
    refusesUnknown: unknown === 'refuse',
    checkNamed: namedTenantsCheck(mismatch),
    validate,
  };
}

function resolverOf(tenant: unknown): TenantResolver {
  if (typeof tenant === 'function') return tenant as TenantResolver;
  if (Array.isArray(tenant)) return firstOf(tenant as readonly TenantResolver[]);
  throw invalidOption(
    WHERE,
    `tenant: ${typeof tenant}`,
    '(req) => tenantId | undefined, or a list of such',
    'pass fromJwt(…), fromApiKey(…), fromHeader(…), fromSubdomain(…) or a function of your own',
  );
}
