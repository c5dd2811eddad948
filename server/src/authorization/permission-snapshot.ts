import {
  isSubject,
  type Permission,
  type PermissionExplanation,
  type PermissionSet,
  SUBJECT_GRAMMAR,
} from '../core/authorization.js';
import { fail } from '../core/errors.js';
import { PermissionIndex } from './permission-index.js';
import { isActionPattern, isObjectPattern } from './permission-pattern.js';
import { tagsOf } from './permission-tags.js';

const MAX_ROLES_AND_TEAMS = 1_000;
const MAX_PERMISSIONS = 10_000;

/** What is stored of a user; `set` is null where the loader knows no such user. */
export interface StoredSet {
  /** When the load began, by the clock of its process, in milliseconds since 1970. */
  readonly atMs: number;
  readonly set: PermissionSet | null;
}

/** @throws TenantCacheError `PERMISSION_SET_INVALID` for anything off the grammar: a deny that is skipped would be a grant */
export function storedSet(atMs: number, answer: unknown): StoredSet {
  return Object.freeze({ atMs, set: answer === null ? null : permissionSet(answer) });
}

/** A set as it was checked, ready to decide from. Nothing of it can be changed by who gets it. */
export class PermissionSnapshot {
  readonly atMs: number;
  readonly set: PermissionSet | null;
  readonly tags: readonly string[];
  readonly #denies: PermissionIndex;
  readonly #allows: PermissionIndex;

  /** @throws TenantCacheError `PERMISSION_SET_INVALID` for what `storedSet` did not make */
  constructor(userId: string, stored: unknown) {
    if (typeof stored !== 'object' || stored === null) throw malformed('the entry', stored, 'an object');
    const atMs = own(stored, 'atMs');
    if (!Number.isFinite(atMs)) throw malformed('atMs', atMs, 'a time');
    this.atMs = atMs as number;
    const set = own(stored, 'set');
    this.set = set === null ? null : permissionSet(set);
    this.tags = tagsOf(userId, this.set ?? NOBODY);
    const permissions = this.set?.permissions ?? [];
    this.#denies = new PermissionIndex(permissions.filter(({ effect }) => effect === 'deny'));
    this.#allows = new PermissionIndex(permissions.filter(({ effect }) => effect === 'allow'));
  }

  /** Of names that were checked before. */
  decide(action: string, object: string | undefined): PermissionExplanation {
    if (this.set === null) return UNKNOWN_USER;
    const denied = this.#denies.find(action, object);
    if (denied) return { granted: false, reason: 'denied', by: denied };
    const allowed = this.#allows.find(action, object);
    return allowed ? { granted: true, reason: 'allowed', by: allowed } : NOT_PERMITTED;
  }
}

const NOBODY = { roles: [], teams: [] };
const UNKNOWN_USER: PermissionExplanation = Object.freeze({ granted: false, reason: 'unknown-user' });
const NOT_PERMITTED: PermissionExplanation = Object.freeze({ granted: false, reason: 'not-permitted' });

function permissionSet(answer: unknown): PermissionSet {
  if (typeof answer !== 'object' || answer === null) throw malformed('the set', answer, 'an object, or null');
  const names = (what: 'roles' | 'teams') =>
    Object.freeze(
      list(what, own(answer, what), MAX_ROLES_AND_TEAMS).map((id, at) => {
        if (!isSubject(id)) throw malformed(`${what}[${at}]`, id, SUBJECT_GRAMMAR);
        return id;
      }),
    );
  return Object.freeze({
    roles: names('roles'),
    teams: names('teams'),
    permissions: Object.freeze(list('permissions', own(answer, 'permissions'), MAX_PERMISSIONS).map(permission)),
  });
}

function permission(given: unknown, at: number): Permission {
  const here = `permissions[${at}]`;
  if (typeof given !== 'object' || given === null) throw malformed(here, given, 'an object');
  const action = own(given, 'action');
  // What a database answers for a column without a value.
  const object = own(given, 'object') ?? undefined;
  const effect = own(given, 'effect');
  if (!isActionPattern(action)) {
    throw malformed(`${here}.action`, action, "such as 'portfolio:read', 'portfolio:*' or '*'");
  }
  if (object !== undefined && !isObjectPattern(object)) {
    throw malformed(`${here}.object`, object, "such as 'portfolio/42' or 'portfolio/42/*', or left out for any");
  }
  if (effect !== 'allow' && effect !== 'deny') throw malformed(`${here}.effect`, effect, "'allow' or 'deny'");
  return Object.freeze(object === undefined ? { action, effect } : { action, object, effect });
}

function list(name: string, given: unknown, max: number): unknown[] {
  if (!Array.isArray(given)) throw malformed(name, given, 'an array');
  if (given.length > max) throw invalid(`${given.length} ${name}`, `at most ${max}`);
  return given;
}

/** Never what a polluted prototype lends. */
function own(of: object, name: string): unknown {
  return Object.hasOwn(of, name) ? (of as Record<string, unknown>)[name] : undefined;
}

/** Says where and of which shape, and not what it holds. */
function malformed(where: string, given: unknown, allowed: string) {
  const shape = given === null ? 'null' : Array.isArray(given) ? 'an array' : typeof given;
  return invalid(`${where}: ${typeof given === 'string' ? `text of ${given.length} characters` : shape}`, allowed);
}

function invalid(given: string, allowed: string) {
  return fail('PERMISSION_SET_INVALID', { given, allowed, todo: 'see docs/features/authorization.md#sets' });
}
