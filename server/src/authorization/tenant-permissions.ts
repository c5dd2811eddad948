import {
  AUTHORIZATION_RESOURCE,
  assertAction,
  assertObject,
  assertSubject,
  type PermissionExplanation,
  type PermissionHandle,
  type PermissionSet,
  type UserPermissions,
} from '../core/authorization.js';
import { fail, TenantCacheError } from '../core/errors.js';
import type { CurrentSets } from './current-sets.js';
import { bucketTagOf, tagOf } from './permission-tags.js';

export interface PermissionParts {
  readonly sets: CurrentSets;
  readonly maxAgeMs: (action: string) => number;
  /** Whether the shared store has heard of all that this process invalidated of the handle's tenant. */
  readonly confirmed: (handle: PermissionHandle) => boolean;
  /** Told of each decision that could not be made. */
  readonly onUnavailable: (error: TenantCacheError) => void;
}

/** The users of one tenant. */
export class TenantPermissions implements UserPermissions {
  readonly #parts: PermissionParts;
  readonly #handle: PermissionHandle;

  constructor(parts: PermissionParts, handle: PermissionHandle) {
    this.#parts = parts;
    this.#handle = handle;
  }

  async can(userId: string, action: string, object?: string): Promise<boolean> {
    return (this.#decideNow(userId, action, object) ?? (await this.explain(userId, action, object))).granted;
  }

  async assert(userId: string, action: string, object?: string): Promise<void> {
    const { granted } = this.#decideNow(userId, action, object) ?? (await this.#decide(userId, action, object));
    if (!granted) throw fail('PERMISSION_DENIED', { given: action });
  }

  async permissions(userId: string): Promise<PermissionSet | null> {
    assertSubject('user', userId);
    return (await this.#parts.sets.of(this.#handle, userId, Number.POSITIVE_INFINITY)).set;
  }

  async explain(userId: string, action: string, object?: string): Promise<PermissionExplanation> {
    try {
      return this.#decideNow(userId, action, object) ?? (await this.#decide(userId, action, object));
    } catch (error) {
      if (!(error instanceof TenantCacheError && error.code === 'AUTHORIZATION_UNAVAILABLE')) throw error;
      this.#parts.onUnavailable(error);
      const problem = problemOf(error);
      return { granted: false, reason: 'unavailable', ...(problem !== undefined && { problem }) };
    }
  }

  async revokeUser(userId: string): Promise<void> {
    assertSubject('user', userId);
    await this.#revoke(this.#handle.invalidateTags([tagOf('user', userId)]));
  }

  async roleChanged(role: string): Promise<void> {
    assertSubject('role', role);
    await this.#revoke(this.#handle.invalidateTags([tagOf('role', role), bucketTagOf('role', role)]));
  }

  async teamChanged(team: string): Promise<void> {
    assertSubject('team', team);
    await this.#revoke(this.#handle.invalidateTags([tagOf('team', team), bucketTagOf('team', team)]));
  }

  async changedAll(): Promise<void> {
    await this.#revoke(this.#handle.invalidateResource(AUTHORIZATION_RESOURCE));
  }

  /** From memory; undefined where something has to be waited for. */
  #decideNow(userId: string, action: string, object: string | undefined): PermissionExplanation | undefined {
    assertSubject('user', userId);
    assertAction(action);
    assertObject(object);
    const { sets, maxAgeMs } = this.#parts;
    return sets.atHand(this.#handle, userId, maxAgeMs(action))?.decide(action, object);
  }

  /** Of names that were checked before. */
  async #decide(userId: string, action: string, object: string | undefined): Promise<PermissionExplanation> {
    const snapshot = await this.#parts.sets.of(this.#handle, userId, this.#parts.maxAgeMs(action));
    return snapshot.decide(action, object);
  }

  async #revoke(invalidation: Promise<void>): Promise<void> {
    await invalidation;
    if (this.#parts.confirmed(this.#handle)) return;
    throw fail('STORE_UNAVAILABLE', {
      given: 'a revocation that the shared store has not confirmed',
      todo: 'call again; it holds in this process, and is sent once the store answers',
    });
  }
}

/** An error of ours says what it was given without its values; one of the application's may hold anything. */
function problemOf({ cause, detail }: TenantCacheError): string | undefined {
  const { given, allowed } = cause instanceof TenantCacheError ? cause.detail : cause === undefined ? detail : {};
  return given === undefined || allowed === undefined ? given : `${given}; allowed: ${allowed}`;
}
