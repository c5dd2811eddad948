import type {
  AuthorizationCache,
  AuthorizationOptions,
  PermissionExplanation,
  PermissionHandle,
  PermissionSet,
  UserPermissions,
} from '../core/authorization.js';
import { type Logger, NOOP_LOGGER } from '../core/contracts.js';
import { codeOf, type TenantCacheError } from '../core/errors.js';
import type { Scope } from '../core/scope.js';
import type { TenantId } from '../core/tenant-id.js';
import { authorizationSettings } from './authorization-options.js';
import { type Coherence, CurrentSets } from './current-sets.js';
import { type PermissionParts, TenantPermissions } from './tenant-permissions.js';

const LOG_EVERY_MS = 10_000;

export interface AuthorizationHost extends Coherence {
  /** @throws TenantCacheError `TENANT_MISSING` */
  current(): PermissionHandle;
  isPending(tenant: TenantId): boolean;
  readonly logger?: Logger;
}

/** What users may do, of every tenant in this process. */
export class CachedAuthorization implements AuthorizationCache {
  readonly #host: AuthorizationHost;
  readonly #parts: PermissionParts;
  #quietUntilMs = 0;

  /** @throws TenantCacheError `OPTION_INVALID` */
  constructor(options: AuthorizationOptions, host: AuthorizationHost) {
    const settings = authorizationSettings(options);
    this.#host = host;
    this.#parts = {
      sets: new CurrentSets(settings, host),
      maxAgeMs: settings.maxAgeMs,
      confirmed: ({ tenantId }) => !host.isPending(tenantId),
      onUnavailable: (error) => this.#tell(error),
    };
  }

  for(handle: PermissionHandle): UserPermissions {
    return new TenantPermissions(this.#parts, handle);
  }

  async can(userId: string, action: string, object?: string): Promise<boolean> {
    return this.#here().can(userId, action, object);
  }

  async assert(userId: string, action: string, object?: string): Promise<void> {
    return this.#here().assert(userId, action, object);
  }

  async permissions(userId: string): Promise<PermissionSet | null> {
    return this.#here().permissions(userId);
  }

  async explain(userId: string, action: string, object?: string): Promise<PermissionExplanation> {
    return this.#here().explain(userId, action, object);
  }

  async revokeUser(userId: string): Promise<void> {
    return this.#here().revokeUser(userId);
  }

  async roleChanged(role: string): Promise<void> {
    return this.#here().roleChanged(role);
  }

  async teamChanged(team: string): Promise<void> {
    return this.#here().teamChanged(team);
  }

  async changedAll(): Promise<void> {
    return this.#here().changedAll();
  }

  /** As `CurrentSets.invalidated`. */
  invalidated(tenant: TenantId, scopes?: readonly Scope[]): void {
    this.#parts.sets.invalidated(tenant, scopes);
  }

  /** As `CurrentSets.broken`. */
  broken(tenants?: readonly TenantId[]): void {
    this.#parts.sets.broken(tenants);
  }

  /** As `CurrentSets.mended`. */
  mended(tenants?: readonly TenantId[]): void {
    this.#parts.sets.mended(tenants);
  }

  #here(): TenantPermissions {
    return new TenantPermissions(this.#parts, this.#host.current());
  }

  /** A caller of `can` is told no more than false. */
  #tell(error: TenantCacheError): void {
    const nowMs = performance.now();
    if (nowMs < this.#quietUntilMs) return;
    this.#quietUntilMs = nowMs + LOG_EVERY_MS;
    const { logger = NOOP_LOGGER } = this.#host;
    logger.warn({ code: codeOf(error.cause ?? error) }, 'permissions cannot be read, denying what they would decide');
  }
}
