import type { Request } from 'express';
import { errors, jwtVerify } from 'jose';

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
    const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) return undefined;
    try {
      const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'], issuer, audience });
      return payload.tenant_id === request.tenantCache.tenantId ? payload.sub : undefined;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  };
  return (request) => {
    const user = known.get(request) ?? read(request);
    known.set(request, user);
    return user;
  };
}
