import type { Duration } from './duration.js';
import { fail } from './errors.js';
import type { Resource } from './resource.js';
import type { TenantId } from './tenant-id.js';

/** The resource of the sets; reserved: whoever can write its entries decides what users may do. */
export const AUTHORIZATION_RESOURCE = 'authorization';

/**
 * What somebody may or may not do.
 * `action`: names joined by colons, such as `portfolio:read`; `portfolio:*` is all that begins so, `*` is everything.
 * `object`: names joined by slashes, such as `portfolio/42`; `portfolio/42/*` is all below it; left out, it is any.
 */
export interface Permission {
  readonly action: string;
  readonly object?: string;
  readonly effect: 'allow' | 'deny';
}

/** What a user has in one tenant. One matching `deny` outweighs every `allow`; what nothing allows is denied. */
export interface PermissionSet {
  readonly roles: readonly string[];
  readonly teams: readonly string[];
  readonly permissions: readonly Permission[];
}

export interface PermissionRequest {
  readonly tenantId: TenantId;
  readonly userId: string;
  /** Aborts on the timeout, and when every caller has gone. */
  readonly signal: AbortSignal;
}

/** Reads what is true now; null where the tenant has no such user, who then may do nothing. */
export type PermissionLoader = (request: PermissionRequest) => Promise<PermissionSet | null>;

/** One duration, one by pattern of the action (the longest that matches; none: no bound), or a function of the action. */
export type DecisionTtl = Duration | Readonly<Record<string, Duration>> | ((action: string) => Duration);

export interface AuthorizationOptions {
  load: PermissionLoader;
  /** How long a set is kept, or how long this one is. Default 5 minutes. */
  ttl?: Duration | ((set: PermissionSet) => Duration);
  /** How old the set may be, when it is asked, that a decision rests on; older, it is loaded again. Default: as long as it is kept. */
  decisionTtl?: DecisionTtl;
  /** A load that takes longer counts as failed. Default 5 s. */
  timeout?: Duration;
  /**
   * What is answered where neither the shared store nor `load` gives a set: `deny`, or for `grace` after this process
   * read it the last set that it knows, unless it heard that the set was revoked. Default `deny`.
   */
  onUnavailable?: 'deny' | { readonly grace: Duration };
}

export interface PermissionExplanation {
  readonly granted: boolean;
  /**
   * `allowed` and `denied` by the permission in `by`, the first of its effect that matches; `not-permitted`: none matches;
   * `unknown-user`: the loader answered null; `unavailable`: it cannot be decided, which denies.
   */
  readonly reason: 'allowed' | 'denied' | 'not-permitted' | 'unknown-user' | 'unavailable';
  readonly by?: Permission;
  /**
   * Of `unavailable`: what is wrong with the set that `load` answered, and where in it, or why it counts for nothing; without
   * its values. Not there for an error of the application's own.
   */
  readonly problem?: string;
}

/** The users of one tenant. Everything rejects with `REQUEST_INVALID` for ids, actions and objects off the grammar. */
export interface UserPermissions {
  /** False where it cannot be decided, too. */
  can(userId: string, action: string, object?: string): Promise<boolean>;
  /** @throws TenantCacheError `PERMISSION_DENIED`, `AUTHORIZATION_UNAVAILABLE` */
  assert(userId: string, action: string, object?: string): Promise<void>;
  /** Null where the tenant has no such user. @throws TenantCacheError `AUTHORIZATION_UNAVAILABLE` */
  permissions(userId: string): Promise<PermissionSet | null>;
  explain(userId: string, action: string, object?: string): Promise<PermissionExplanation>;
  /**
   * Each of these is called once the change is committed at its source. What was known before is answered by no process
   * later than 1 s after it resolves.
   * @throws TenantCacheError `STORE_UNAVAILABLE` where the shared store has not confirmed it: it holds in this process,
   *   is sent once the store answers, and may be called again
   */
  revokeUser(userId: string): Promise<void>;
  roleChanged(role: string): Promise<void>;
  teamChanged(team: string): Promise<void>;
  changedAll(): Promise<void>;
}

/** Its own methods are about the current tenant. @throws TenantCacheError `TENANT_MISSING` outside a request and `runAs` */
export interface AuthorizationCache extends UserPermissions {
  /** The same of the tenant that a handle is of: `req.tenantCache`, or `cache.forTenant(id)`. */
  for(handle: PermissionHandle): UserPermissions;
}

/** What is needed of a tenant's handle. */
export interface PermissionHandle {
  readonly tenantId: TenantId;
  getOrSet<T>(resource: Resource<T>, key: string, factory: (context: PermissionLoadContext) => Promise<T>): Promise<T>;
  delete(resource: Resource<unknown>, key: string): Promise<boolean>;
  invalidateTags(tags: readonly string[]): Promise<void>;
  invalidateResource(resource: string): Promise<void>;
}

/** What is needed of the context of its loads. */
export interface PermissionLoadContext {
  readonly tenantId: TenantId;
  readonly signal: AbortSignal;
  setTtl(ttl: Duration): void;
  setTags(tags: readonly string[]): void;
}

const MAX_ID_BYTES = 256;
export const SUBJECT_GRAMMAR = `1 to ${MAX_ID_BYTES} bytes of well-formed Unicode without control characters`;
const MAX_OBJECT_CHARACTERS = 512;
const CONTROL = /\p{Cc}/u;
/** Nearly every id, for which the other looks are not needed. */
const PLAIN = /^[\x20-\x7e]+$/;
const ACTION = /^[A-Za-z][A-Za-z0-9_-]{0,63}(?::[A-Za-z][A-Za-z0-9_-]{0,63}){0,3}$/;
const OBJECT = /^[A-Za-z0-9_~@:+=.-]{1,256}(?:\/[A-Za-z0-9_~@:+=.-]{1,256}){0,7}$/;
/** What a path would resolve to something else. */
const DOTS = /(?:^|\/)\.{1,2}(?:\/|$)/;

/**
 * The id of a user, a role or a team.
 * @throws TenantCacheError `REQUEST_INVALID`
 */
export function assertSubject(what: 'user' | 'role' | 'team', id: unknown): asserts id is string {
  if (!isSubject(id)) throw invalid(`a ${what}`, id, SUBJECT_GRAMMAR);
}

/** @throws TenantCacheError `REQUEST_INVALID` for patterns as well */
export function assertAction(action: unknown): asserts action is string {
  if (isAction(action)) return;
  throw invalid('an action', action, 'up to 4 names of letters, digits, _ and -, joined by colons');
}

/** @throws TenantCacheError `REQUEST_INVALID` for patterns as well */
export function assertObject(object: unknown): asserts object is string | undefined {
  if (object === undefined || isObject(object)) return;
  throw invalid('an object', object, 'up to 8 names of letters, digits and _~@:+=.-, joined by slashes');
}

export function isSubject(id: unknown): id is string {
  return typeof id === 'string' && id !== '' && id.length <= MAX_ID_BYTES && fits(id);
}

export function isAction(action: unknown): action is string {
  return typeof action === 'string' && ACTION.test(action);
}

export function isObject(object: unknown): object is string {
  return (
    typeof object === 'string' && object.length <= MAX_OBJECT_CHARACTERS && OBJECT.test(object) && !DOTS.test(object)
  );
}

function fits(id: string): boolean {
  if (PLAIN.test(id)) return true;
  return id.isWellFormed() && Buffer.byteLength(id) <= MAX_ID_BYTES && !CONTROL.test(id);
}

function invalid(what: string, given: unknown, allowed: string) {
  const text = typeof given === 'string' ? `${what} of ${given.length} characters` : `${what}: ${typeof given}`;
  return fail('REQUEST_INVALID', { given: text, allowed });
}
