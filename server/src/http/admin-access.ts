import type { Request, RequestHandler } from 'express';
import { type AccessScope, isRole, isTenantRole, ROLES, type Role, SCOPES_OF_ROLE } from '../core/access.js';
import type { Actor } from '../core/directory.js';
import { fail } from '../core/errors.js';
import { invalidOption } from '../core/options.js';
import { CredentialsRefusedError, type ErrorListener, report } from './problem.js';

/** Who asks, as your application knows it. The audit keeps everything but the role. */
export interface Authorization {
  /** A name that people recognise in the audit, such as an e-mail address. 1 to 200 characters. */
  actor: string;
  /**
   * `admin` may do everything, `operator` reads all, invalidates, clears, reconciles and acknowledges, `viewer` reads;
   * `tenant_admin` and `tenant_viewer` act within `tenant`. Any other role, and one of these without `tenant`, is answered
   * 403, and `onError` hears of it once.
   */
  role: Role;
  /** Of a tenant role: whose routes it reaches. */
  tenant?: string;
  /** Less than the role has; never more. Default: all of it. */
  scopes?: readonly AccessScope[];
  /** Default `api`. */
  source?: Actor['source'];
  onBehalfOf?: string;
}

/** Undefined means not signed in (401). Called once for each request, before its body is read. */
export type Authorize = (req: Request) => Authorization | undefined | Promise<Authorization | undefined>;

/** Asks `authorize` and remembers its answer for the request. */
export class Access {
  readonly #authorize: Authorize;
  readonly #onError: ErrorListener | undefined;
  readonly #told = new Set<string>();
  readonly #known = new WeakMap<Request, Authorization>();

  /** @throws TenantCacheError `OPTION_INVALID` where `authorize` is no function: these routes are never open by omission */
  constructor(authorize: unknown, onError?: ErrorListener) {
    if (typeof authorize !== 'function') {
      throw invalidOption(
        'adminRouter()',
        `authorize: ${typeof authorize}`,
        '(req) => { actor, role } | undefined',
        'verify the caller there; undefined answers 401',
      );
    }
    this.#authorize = authorize as Authorize;
    this.#onError = onError;
  }

  readonly authenticate: RequestHandler = (req, _res, next) => {
    this.#ask(req).then(() => next(), next);
  };

  /**
   * A tenant role reaches what names a tenant in its path, and that must be its own: every other is answered alike,
   * whether it exists or not.
   * @param scope `any`: a role that is known is enough, for what says nothing of any tenant
   * @throws TenantCacheError `FORBIDDEN`
   */
  requireScope(req: Request, scope: AccessScope | 'any'): Actor {
    const known = this.#of(req);
    if (scope === 'any' && isRole(known.role)) return actorOf(req, known);
    if (scope === 'any' || !this.#has(known, scope))
      throw fail('FORBIDDEN', { given: String(known.role), allowed: scope });
    if (isTenantRole(known.role) && (known.tenant === undefined || req.params.tenantId !== known.tenant)) {
      throw fail('FORBIDDEN', { given: known.role, allowed: 'the routes of its own tenant' });
    }
    return actorOf(req, known);
  }

  can(req: Request, scope: AccessScope): boolean {
    return this.#has(this.#of(req), scope);
  }

  isStaff(req: Request): boolean {
    return !isTenantRole(this.#of(req).role);
  }

  /** Tells one caller from another. */
  callerOf(req: Request): string {
    const { tenant = null, actor, onBehalfOf = null } = this.#of(req);
    return JSON.stringify([tenant, actor, onBehalfOf]);
  }

  /** Who shares a rate limit: all of a tenant's own callers do. */
  limitedAs(req: Request): string {
    const { role, tenant, actor } = this.#of(req);
    return isTenantRole(role) ? `tenant ${tenant}` : `actor ${actor}`;
  }

  #of(req: Request): Authorization {
    const known = this.#known.get(req);
    if (!known) throw fail('UNAUTHENTICATED');
    return known;
  }

  #has({ role, scopes }: Authorization, scope: AccessScope): boolean {
    return isRole(role) && SCOPES_OF_ROLE[role].has(scope) && (scopes === undefined || scopes.includes(scope));
  }

  async #ask(req: Request): Promise<void> {
    const known = await this.#authorize(req);
    if (!known) throw req.headers.authorization === undefined ? fail('UNAUTHENTICATED') : new CredentialsRefusedError();
    if (typeof known.actor !== 'string' || known.actor.length < 1 || known.actor.length > 200) {
      throw invalidOption('authorize()', `actor: ${typeof known.actor}`, 'a string of 1 to 200 characters');
    }
    this.#known.set(req, known);
    if (!isRole(known.role)) this.#tell(req, 'role', 'a role that is none of them', ROLES.join(', '));
    else if (isTenantRole(known.role) && !known.tenant) {
      this.#tell(req, 'tenant', `${known.role} without a tenant`, 'tenant: the id of the tenant it belongs to');
    }
  }

  /** The caller is answered 403 and no more; this is a slip of `authorize`, which nobody would find otherwise. */
  #tell(req: Request, kind: string, given: string, allowed: string): void {
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    report(this.#onError, invalidOption('authorize()', given, allowed, 'such callers are answered 403'), req);
  }
}

function actorOf(req: Request, { actor: id, source = 'api', onBehalfOf }: Authorization): Actor {
  return {
    id,
    source,
    ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
    ...(req.ip === undefined ? {} : { ip: req.ip }),
  };
}
