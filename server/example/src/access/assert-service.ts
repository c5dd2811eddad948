import type { Request } from 'express';
import { problem } from '../problem.js';

/**
 * What a request of the tenant itself may do, as it is of no user who could be asked about: all that the tenant's users could
 * be allowed, but nothing about who may do what. An API key with scopes may do what they name, and nothing else.
 * @throws Problem 403 `PERMISSION_DENIED`, `API_KEY_SCOPE`
 */
export function assertService(request: Request, action: string): void {
  if (action === 'access:write') throw problem(403, 'PERMISSION_DENIED', 'Only a user may do that.');
  const scopes = request.tenantCacheKey?.scopes ?? [];
  if (scopes.length > 0 && !scopes.includes(action))
    throw problem(403, 'API_KEY_SCOPE', `The API key has no scope ${action}; it has ${scopes.join(', ')}.`);
}
