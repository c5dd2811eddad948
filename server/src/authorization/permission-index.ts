import type { Permission } from '../core/authorization.js';
import { stemOf } from './permission-pattern.js';

/** Rules of one action pattern. */
interface ObjectRules {
  /** Position of the first that names no object. */
  any: number | undefined;
  /** By the stem of the object, the position of the first. */
  readonly byObject: Map<string, number>;
}

/**
 * The permissions of one effect, found by what they say: a decision costs a look-up for each part of the action and of
 * the object, however many permissions there are.
 */
export class PermissionIndex {
  readonly #permissions: readonly Permission[];
  readonly #byAction = new Map<string, ObjectRules>();

  constructor(permissions: readonly Permission[]) {
    this.#permissions = permissions;
    for (const [position, { action, object }] of permissions.entries()) {
      const stem = stemOf(action);
      let rules = this.#byAction.get(stem);
      if (rules === undefined) {
        rules = { any: undefined, byObject: new Map() };
        this.#byAction.set(stem, rules);
      }
      if (object === undefined) rules.any ??= position;
      else if (!rules.byObject.has(stemOf(object))) rules.byObject.set(stemOf(object), position);
    }
  }

  /** The first that matches, in the order given. */
  find(action: string, object: string | undefined): Permission | undefined {
    if (this.#byAction.size === 0) return undefined;
    let first = this.#firstOf('', object, this.#permissions.length);
    for (let end = action.indexOf(':'); end !== -1; end = action.indexOf(':', end + 1)) {
      first = this.#firstOf(action.slice(0, end + 1), object, first);
    }
    return this.#permissions[this.#firstOf(action, object, first)];
  }

  #firstOf(stem: string, object: string | undefined, best: number): number {
    const rules = this.#byAction.get(stem);
    if (rules === undefined) return best;
    let first = Math.min(best, rules.any ?? best);
    if (object === undefined || rules.byObject.size === 0) return first;
    for (let end = object.indexOf('/'); end !== -1; end = object.indexOf('/', end + 1)) {
      first = Math.min(first, rules.byObject.get(object.slice(0, end + 1)) ?? first);
    }
    return Math.min(first, rules.byObject.get(object) ?? first);
  }
}
