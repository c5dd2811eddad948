import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CachedAuthorization } from '../../../src/authorization/authorization-cache.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import type { AuthorizationOptions, PermissionSet } from '../../../src/index.js';
import { closeCaches, memoryCache } from '../../fakes/memory-cache.js';

const RUNS = Number(process.env.MODEL_RUNS ?? 100);
const TENANTS = ['a', 'b', 'A'] as const;
/** The same in each tenant, and made to be taken for each other, for a tag or for a pattern. */
const USERS = [
  '1',
  '01',
  '1 ',
  'a/1',
  'user:1',
  'user#1',
  '*',
  '__proto__',
  'constructor',
  'é',
  'e\u0301',
  'x'.repeat(256),
];

afterEach(closeCaches);

const place = { tenant: fc.constantFrom(...TENANTS), user: fc.nat({ max: 1 }) };
const step = fc.oneof(
  fc.record({ kind: fc.constant('ask' as const), ...place }),
  fc.record({ kind: fc.constantFrom('grant' as const, 'take' as const), ...place }),
  // Changed and not said: what is known goes on to hold, in this tenant and of this user alone.
  fc.record({ kind: fc.constantFrom('grant unsaid' as const, 'take unsaid' as const), ...place }),
);

describe('the same user ids in several tenants', () => {
  // Where nothing is heard of other processes, a memory of its own answers.
  it.each([true, false])('share nothing (with the bus: %s)', async (isHeard) => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(USERS, { minLength: 2, maxLength: 2 }),
        fc.array(step, { maxLength: 60 }),
        async (names, steps) => {
          const { cache } = memoryCache();
          const truth = new Map<string, boolean>();
          const known = new Map<string, boolean>();
          const options = {
            load: async ({ tenantId: tenant, userId }): Promise<PermissionSet> => ({
              roles: ['trader'],
              teams: [],
              permissions: truth.get(`${tenant} ${userId}`) ? [{ action: 'a:b', effect: 'allow' }] : [],
            }),
          } satisfies AuthorizationOptions;
          const unheard = new CachedAuthorization(options, {
            current: () => cache.current(),
            heardUntilMs: () => Number.NEGATIVE_INFINITY,
            hear: async () => {},
            fresh: () => undefined,
            doubt() {},
            isPending: () => false,
          });
          const authorization = isHeard ? cache.authorization(options) : unheard;
          const of = new Map(TENANTS.map((tenant) => [tenant, authorization.for(cache.forTenant(tenant))]));
          for (const { kind, tenant, user: at } of steps) {
            const user = names[at] as string;
            const name = `${tenant} ${user}`;
            const users = of.get(tenant) as NonNullable<ReturnType<typeof of.get>>;
            if (kind === 'ask') {
              if (!known.has(name)) known.set(name, truth.get(name) ?? false);
              expect(await users.can(user, 'a:b')).toBe(known.get(name));
              continue;
            }
            truth.set(name, kind.startsWith('grant'));
            if (kind.endsWith('unsaid')) continue;
            await users.revokeUser(user);
            if (!isHeard) unheard.invalidated(tenantId(tenant));
            known.delete(name);
          }
          await cache.close();
        },
      ),
      { numRuns: RUNS },
    );
  });
});
