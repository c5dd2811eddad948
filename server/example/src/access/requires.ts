import type { Request, RequestHandler } from 'express';
import { type AuthorizationCache, TenantCacheError } from 'tenantcache';
import { Problem } from '../problem.js';
import { assertService } from './assert-service.js';
import type { UserOf } from './user-of.js';

/** Refuses whoever may not do `action` to what `objectOf` says the request is about, such as `portfolio/pf-01`. */
export type Requires = (action: string, objectOf?: (request: Request) => string) => RequestHandler;

/** Whether who asks may do `action` to `object`; for lists, which leave out what it may not. */
export type May = (request: Request, action: string, object: string) => Promise<boolean>;

/**
 * @throws TenantCacheError `PERMISSION_DENIED`, `AUTHORIZATION_UNAVAILABLE` and `REQUEST_INVALID`, in the handlers
 * @throws Problem 403 `PERMISSION_DENIED` and `API_KEY_SCOPE`, in the handlers, for requests that are of no user
 */
export function requiresBy(authorization: Pick<AuthorizationCache, 'for'>, userOf: UserOf): Requires {
  const assert = assertBy(authorization, userOf);
  return (action, objectOf) => async (request, _response, next) => {
    await assert(request, action, objectOf?.(request));
    next();
  };
}

/** As `requiresBy`; rejects where it cannot be decided: a list that leaves out what is not known is a wrong list. */
export function mayBy(...parts: Parameters<typeof requiresBy>): May {
  const assert = assertBy(...parts);
  return async (request, action, object) => {
    try {
      await assert(request, action, object);
      return true;
    } catch (error) {
      if (isDenial(error)) return false;
      throw error;
    }
  };
}

function assertBy(...[authorization, userOf]: Parameters<typeof requiresBy>) {
  return async (request: Request, action: string, object: string | undefined): Promise<void> => {
    const user = await userOf(request);
    if (user !== undefined) await authorization.for(request.tenantCache).assert(user, action, object);
    else assertService(request, action);
  };
}

const DENIALS: readonly string[] = ['PERMISSION_DENIED', 'API_KEY_SCOPE'];

function isDenial(error: unknown): boolean {
  return (error instanceof TenantCacheError || error instanceof Problem) && DENIALS.includes(error.code);
}
