import type { Request } from 'express';
import { errors, jwtVerify } from 'jose';
import type { Authorization, Role } from 'tenantcache';
import { z } from 'zod';

const claims = z.object({
  // No database takes a control character, and the audit keeps it.
  sub: z.string().regex(/^\P{Cc}{1,200}$/u),
  /** The admin router answers 403 for one that it does not know. */
  role: z.string().min(1).max(64),
  /** Of a tenant role: the tenant whose routes it reaches. */
  tenant: z.string().min(1).max(64).optional(),
  /** The one in whose name `sub` acts. */
  onBehalfOf: z
    .string()
    .regex(/^\P{Cc}{1,200}$/u)
    .optional(),
});

/** Issuer of the dashboard's tokens; the same secret signs those of scripts, under an issuer of their own. */
const DASHBOARD = 'tenantcache-dashboard';
const SCRIPT = 'tenantcache-script';
const AUDIENCE = 'tenantcache-admin';

/**
 * Who a request to the admin interface comes from, by its HS256 bearer token; undefined where that is missing or wrong.
 * @param secret at least 32 bytes
 */
export function adminAuthorize(secret: string): (request: Request) => Promise<Authorization | undefined> {
  const key = new TextEncoder().encode(secret);
  return async (request) => {
    const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) return undefined;
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: ['HS256'],
        audience: AUDIENCE,
        issuer: [DASHBOARD, SCRIPT],
        requiredClaims: ['exp'],
      });
      const { sub: actor, role, tenant, onBehalfOf } = claims.parse(payload);
      return {
        actor,
        role: role as Role,
        source: payload.iss === DASHBOARD ? 'dashboard' : 'api',
        ...(tenant !== undefined && { tenant }),
        ...(onBehalfOf !== undefined && { onBehalfOf }),
      };
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof z.ZodError) return undefined;
      throw error;
    }
  };
}
