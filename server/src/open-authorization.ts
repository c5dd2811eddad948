import { CachedAuthorization } from './authorization/authorization-cache.js';
import { EntryLookup } from './cache/entry-lookup.js';
import {
  AUTHORIZATION_RESOURCE,
  type AuthorizationCache,
  type AuthorizationOptions,
  type PermissionHandle,
} from './core/authorization.js';
import type { Logger } from './core/contracts.js';
import { invalidOption } from './core/options.js';
import type { Engine } from './open-engine.js';

/** Makes the authorisation cache of one process, and tells it what is invalidated. */
export function openAuthorization(
  { bus, tier, engine, registry, onInvalidated }: Engine,
  current: () => PermissionHandle,
  logger: Logger,
): (options: AuthorizationOptions) => AuthorizationCache {
  let made: CachedAuthorization | undefined;
  return (options) => {
    if (made)
      throw invalidOption('authorization()', 'a second call', 'one for each cache', 'keep what the first returned');
    const authorization = new CachedAuthorization(options, {
      current,
      logger,
      heardUntilMs: (tenant) => bus.heardUntilMs(tenant),
      hear: (tenant) => bus.hear(tenant),
      fresh: (tenant, userId) =>
        new EntryLookup(engine, registry.get(tenant)).fresh(AUTHORIZATION_RESOURCE, userId)?.value,
      doubt: (tenant, id) => {
        bus.doubt(tenant);
        registry.peek(tenant)?.reads.forget(id);
        if (tier.get(tenant, id)) tier.drop(tenant, id);
      },
      isPending: (tenant) => engine.shared.isPending(tenant),
    });
    onInvalidated((tenant, scopes) => authorization.invalidated(tenant, scopes));
    bus.onState((state, tenants) => {
      authorization.broken(tenants);
      if (state === 'up') authorization.mended(tenants);
    });
    made = authorization;
    return authorization;
  };
}
