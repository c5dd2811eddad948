import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PermissionSnapshot, storedSet } from '../../src/authorization/permission-snapshot.js';
import type { Permission } from '../../src/core/authorization.js';

const RUNS = Number(process.env.MODEL_RUNS ?? 2_000);

const name = fc.constantFrom('a', 'b', 'ab', 'A');
const names = fc.array(name, { minLength: 1, maxLength: 4 });
const action = names.map((parts) => parts.join(':'));
const object = names.map((parts) => parts.join('/'));
const permission: fc.Arbitrary<Permission> = fc.record(
  {
    action: fc.oneof(
      action,
      action.map((stem) => `${stem}:*`),
      fc.constant('*'),
    ),
    object: fc.oneof(
      object,
      object.map((stem) => `${stem}/*`),
    ),
    effect: fc.constantFrom('allow', 'deny'),
  },
  { requiredKeys: ['action', 'effect'] },
); // prettier-ignore

/** As it is told, and slow: every permission is looked at, part by part. */
function oracle(permissions: readonly Permission[], action: string, object: string | undefined) {
  const matching = permissions.filter(
    (each) =>
      matches(each.action, action, ':') &&
      (each.object === undefined || (object !== undefined && matches(each.object, object, '/'))),
  );
  const by = matching.find(({ effect }) => effect === 'deny') ?? matching[0];
  if (by === undefined) return { granted: false, reason: 'not-permitted' };
  return { granted: by.effect === 'allow', reason: by.effect === 'allow' ? 'allowed' : 'denied', by };
}

function matches(pattern: string, text: string, separator: string): boolean {
  const asked = text.split(separator);
  const parts = pattern.split(separator);
  if (parts.at(-1) !== '*') return parts.length === asked.length && parts.every((part, at) => part === asked[at]);
  const stem = parts.slice(0, -1);
  return asked.length > stem.length && stem.every((part, at) => part === asked[at]);
}

describe('a decision', () => {
  it('is what looking at every permission comes to', () => {
    let granted = 0;
    fc.assert(
      fc.property(
        fc.array(permission, { maxLength: 12 }),
        action,
        fc.option(object, { nil: undefined }),
        (permissions, asked, about) => {
          const snapshot = new PermissionSnapshot('u', storedSet(0, { roles: [], teams: [], permissions }));
          const decided = snapshot.decide(asked, about);
          if (decided.granted) granted++;
          expect(decided).toEqual(oracle(permissions, asked, about));
        },
      ),
      { numRuns: RUNS },
    );
    expect(granted).toBeGreaterThan(RUNS / 50);
  });

  it('survives the way through the shared store', () => {
    fc.assert(
      fc.property(fc.array(permission, { maxLength: 8 }), action, object, (permissions, asked, about) => {
        const stored = storedSet(0, { roles: ['r'], teams: [], permissions });
        const read = new PermissionSnapshot('u', JSON.parse(JSON.stringify(stored)));
        expect(read.decide(asked, about)).toEqual(new PermissionSnapshot('u', stored).decide(asked, about));
      }),
      { numRuns: RUNS / 10 },
    );
  });
});
