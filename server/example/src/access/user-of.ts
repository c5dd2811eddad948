import type { Request } from 'express';
import { errors, jwtVerify } from 'jose';
import { problem } from '../problem.js';

/** The user that a request is of; undefined where it is of the tenant itself: by an API key, or a token without `sub`. */
export type UserOf = (request: Request) => Promise<string | undefined>;

/**
 * By the `sub` of the bearer token that the tenant was found by, checked once more: the tenant alone is known of it.
 * @param secret at least 32 bytes
 */
export function userOfToken(secret: string, issuer: string, audience: string): UserOf {
  const key = new TextEncoder().encode(secret);
  const known = new WeakMap<Request, Promise<string | undefined>>();
  const read = async (request: Request): Promise<string | undefined> => {
    // The tenant was found by a key: a request without one has a token.
    if (request.tenantCacheKey !== undefined) return undefined;
    const [scheme = '', ...rest] = (request.headers.authorization ?? '').trim().split(/ +/);
    // Whatever is no token of this tenant, now, is nobody: least of all the tenant itself, which may do everything.
    if (scheme.toLowerCase() !== 'bearer' || rest.length !== 1) throw tokenInvalid();
    try {
      const { payload } = await jwtVerify(rest[0] as string, key, { algorithms: ['HS256'], issuer, audience });
      if (payload.tenant_id !== request.tenantCache.tenantId) throw tokenInvalid();
      return payload.sub;
    } catch (error) {
      throw error instanceof errors.JOSEError ? tokenInvalid(error) : error;
    }
  };
  return (request) => {
    const user = known.get(request) ?? read(request);
    known.set(request, user);
    return user;
  };
}

function tokenInvalid(cause?: unknown) {
  return problem(401, 'TOKEN_INVALID', 'The access token is missing, expired or not valid.', cause);
}
