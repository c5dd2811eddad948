import type { Request, RequestHandler } from 'express';
import type { Actor } from '../core/directory.js';
import { fail } from '../core/errors.js';
import { invalidOption } from '../core/options.js';

export type Role = 'admin' | 'operator' | 'viewer';

export const READERS: readonly Role[] = ['admin', 'operator', 'viewer'];
export const CHANGERS: readonly Role[] = ['admin'];

/** Who asks, as your application knows it. The audit keeps everything but the role. */
export interface Authorization {
  /** A name that people recognise in the audit, such as an e-mail address. 1 to 200 characters. */
  actor: string;
  /** `admin` changes; `operator` and `viewer` read. Any other role is answered 403. */
  role: Role;
  /** Default `api`. */
  source?: Actor['source'];
  onBehalfOf?: string;
}

/** Undefined means not signed in (401). Called once for each request, before its body is read. */
export type Authorize = (req: Request) => Authorization | undefined | Promise<Authorization | undefined>;

/** Asks `authorize` and remembers its answer for the request. */
export class Access {
  readonly #authorize: Authorize;
  readonly #known = new WeakMap<Request, Authorization>();

  /** @throws TenantCacheError `OPTION_INVALID` where `authorize` is no function: these routes are never open by omission */
  constructor(authorize: unknown) {
    if (typeof authorize !== 'function') {
      throw invalidOption(
        'adminRouter()',
        `authorize: ${typeof authorize}`,
        '(req) => { actor, role } | undefined',
        'verify the caller there; undefined answers 401',
      );
    }
    this.#authorize = authorize as Authorize;
  }

  readonly authenticate: RequestHandler = (req, _res, next) => {
    this.#ask(req).then(() => next(), next);
  };

  /** @throws TenantCacheError `FORBIDDEN` */
  require(req: Request, roles: readonly Role[]): Actor {
    const known = this.#known.get(req);
    if (!known) throw fail('UNAUTHENTICATED');
    if (!roles.includes(known.role)) throw fail('FORBIDDEN', { given: known.role, allowed: roles.join(', ') });
    const { actor: id, source = 'api', onBehalfOf } = known;
    return {
      id,
      source,
      ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
      ...(req.ip === undefined ? {} : { ip: req.ip }),
    };
  }

  async #ask(req: Request): Promise<void> {
    const known = await this.#authorize(req);
    if (!known) throw fail('UNAUTHENTICATED');
    if (typeof known.actor !== 'string' || known.actor.length < 1 || known.actor.length > 200) {
      throw invalidOption('authorize()', `actor: ${typeof known.actor}`, 'a string of 1 to 200 characters');
    }
    this.#known.set(req, known);
  }
}
