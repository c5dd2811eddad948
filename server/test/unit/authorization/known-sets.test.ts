import { afterEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { KnownSets } from '../../../src/authorization/known-sets.js';
import { PermissionSnapshot, storedSet } from '../../../src/authorization/permission-snapshot.js';
import { entryId } from '../../../src/core/resource.js';
import { covers, type Scope } from '../../../src/core/scope.js';
import { tenantId } from '../../../src/core/tenant-id.js';

const RUNS = Number(process.env.MODEL_RUNS ?? 300);
const RESOURCE = 'authorization';
const TENANTS = ['a', 'b'].map((id) => tenantId(id));
const USERS = ['1', '12', '2', 'user:1', '__proto__'];
const ROLES = ['r', 's', '1'];
const TEAMS = ['r', 't'];

afterEach(() => {
  jest.restoreAllMocks();
});

const tenant = fc.constantFrom(...TENANTS);
const scope: fc.Arbitrary<Scope> = fc.oneof(
  fc.constantFrom(...USERS).map((user) => ({ tag: `user:${user}` })),
  fc.constantFrom(...ROLES).map((role) => ({ tag: `role:${role}` })),
  fc.constantFrom(...TEAMS).map((team) => ({ tag: `team:${team}` })),
  fc.record({ resource: fc.constantFrom(RESOURCE, 'author', 'other'), prefix: fc.constantFrom('', '1', 'user:') }),
);
const step = fc.oneof(
  fc.record({
    kind: fc.constant('put' as const),
    tenant,
    user: fc.constantFrom(...USERS),
    roles: fc.subarray(ROLES),
    teams: fc.subarray(TEAMS),
    readAtMs: fc.integer({ min: 0, max: 1_000 }),
  }),
  fc.record({
    kind: fc.constant('revoke' as const),
    tenant,
    scopes: fc.option(fc.array(scope, { maxLength: 3 }), { nil: undefined }),
  }),
);

describe('the sets that are known', () => {
  it('are taken away as by a look at each of them', () => {
    jest.spyOn(performance, 'now').mockReturnValue(1_000);
    let taken = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }), (steps) => {
        const known = new KnownSets(RESOURCE, 1e6);
        const walked = new Map<string, { snapshot: PermissionSnapshot; readAtMs: number }>();
        for (const each of steps) {
          if (each.kind === 'put') {
            const { roles, teams, readAtMs } = each;
            const snapshot = new PermissionSnapshot(each.user, storedSet(0, { roles, teams, permissions: [] }));
            known.put(each.tenant, each.user, { snapshot, readAtMs });
            const name = `${each.tenant}/${each.user}`;
            if ((walked.get(name)?.readAtMs ?? 0) <= readAtMs) walked.set(name, { snapshot, readAtMs });
          } else {
            known.revoke(each.tenant, each.scopes);
            for (const user of USERS) {
              const held = walked.get(`${each.tenant}/${user}`);
              if (held === undefined) continue;
              const { tags } = held.snapshot;
              const id = entryId(RESOURCE, user);
              if (each.scopes && !each.scopes.some((scope) => covers(scope, id, tags))) continue;
              walked.delete(`${each.tenant}/${user}`);
              taken++;
            }
          }
          for (const at of TENANTS) {
            const wrong = USERS.find((user) => known.get(at, user)?.snapshot !== walked.get(`${at}/${user}`)?.snapshot);
            expect(wrong).toBeUndefined();
          }
        }
      }),
      { numRuns: RUNS },
    );
    expect(taken).toBeGreaterThan(RUNS);
  });
});
