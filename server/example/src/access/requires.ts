import type { Request, RequestHandler } from 'express';
import type { AuthorizationCache } from 'tenantcache';
import { problem } from '../problem.js';
import type { UserOf } from './user-of.js';

/** Refuses whoever may not do `action` to what `objectOf` says the request is about, such as `portfolio/pf-01`. */
export type Requires = (action: string, objectOf?: (request: Request) => string) => RequestHandler;

/**
 * @param servicesMay which actions requests of the tenant itself may do, as they are of no user who could be asked about
 * @throws TenantCacheError `PERMISSION_DENIED`, `AUTHORIZATION_UNAVAILABLE` and `REQUEST_INVALID`, in the handlers
 */
export function requiresBy(
  authorization: Pick<AuthorizationCache, 'for'>,
  userOf: UserOf,
  servicesMay: (action: string) => boolean,
): Requires {
  return (action, objectOf) => async (request, _response, next) => {
    const object = objectOf?.(request);
    const user = await userOf(request);
    if (user !== undefined) await authorization.for(request.tenantCache).assert(user, action, object);
    else if (!servicesMay(action)) throw problem(403, 'PERMISSION_DENIED', 'Only a user may do that.');
    next();
  };
}
