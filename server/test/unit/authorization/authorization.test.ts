import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { CachedAuthorization } from '../../../src/authorization/authorization-cache.js';
import type { AuthorizationOptions, PermissionSet, UserPermissions } from '../../../src/index.js';
import { closeCaches, gate, memoryCache, ownCalendar } from '../../fakes/memory-cache.js';

afterEach(closeCaches);

const set = (...actions: string[]): PermissionSet => ({
  roles: ['trader'],
  teams: ['desk'],
  permissions: actions.map((action) => ({ action, effect: 'allow' })),
});

/** A cache over sets that the test changes, which counts its loads. */
function authorized(options: Partial<AuthorizationOptions> = {}) {
  const { cache, a, b, events } = memoryCache();
  const sets = new Map<string, PermissionSet | null>();
  const loads: string[] = [];
  const authorization = cache.authorization({
    load: async ({ tenantId, userId }) => {
      loads.push(`${tenantId}/${userId}`);
      return sets.get(`${tenantId}/${userId}`) ?? null;
    },
    ...options,
  });
  return { cache, authorization, sets, loads, a, b, events, ofA: authorization.for(a), ofB: authorization.for(b) };
}

describe('authorization', () => {
  it('decides from the set of the user, loaded once', async () => {
    const { ofA, sets, loads } = authorized();
    sets.set('a/1', {
      ...set('portfolio:*'),
      permissions: [
        { action: 'portfolio:*', effect: 'allow' },
        { action: 'portfolio:write', object: 'portfolio/7', effect: 'deny' },
      ],
    });
    expect(await ofA.can('1', 'portfolio:read', 'portfolio/42')).toBe(true);
    expect(await ofA.can('1', 'portfolio:write', 'portfolio/7')).toBe(false);
    expect(await ofA.can('1', 'portfolio:write', 'portfolio/8')).toBe(true);
    expect(await ofA.can('1', 'trade:execute')).toBe(false);
    expect(await ofA.explain('1', 'portfolio:write', 'portfolio/7')).toEqual({
      granted: false,
      reason: 'denied',
      by: { action: 'portfolio:write', object: 'portfolio/7', effect: 'deny' },
    });
    await expect(ofA.assert('1', 'trade:execute')).rejects.toMatchObject({ code: 'PERMISSION_DENIED', status: 403 });
    await ofA.assert('1', 'portfolio:read');
    expect(loads).toEqual(['a/1']);
  });

  it('denies users that the tenant does not have, and loads them again once they are granted something', async () => {
    const { ofA, sets, loads } = authorized();
    expect(await ofA.explain('1', 'a:b')).toEqual({ granted: false, reason: 'unknown-user' });
    expect(await ofA.permissions('1')).toBeNull();
    sets.set('a/1', set('a:b'));
    await ofA.revokeUser('1');
    expect(await ofA.can('1', 'a:b')).toBe(true);
    expect(loads).toHaveLength(2);
  });

  it('is about the current tenant where none is named, and asks for one', async () => {
    const { cache, authorization, sets } = authorized();
    sets.set('a/1', set('a:b'));
    await expect(authorization.can('1', 'a:b')).rejects.toMatchObject({ code: 'TENANT_MISSING' });
    expect(await cache.runAs('a', () => authorization.can('1', 'a:b'))).toBe(true);
    expect(await cache.runAs('b', () => authorization.can('1', 'a:b'))).toBe(false);
  });

  it.each([
    ['revokeUser', (of: ReturnType<typeof authorized>['ofA']) => of.revokeUser('1')],
    ['roleChanged', (of: ReturnType<typeof authorized>['ofA']) => of.roleChanged('trader')],
    ['teamChanged', (of: ReturnType<typeof authorized>['ofA']) => of.teamChanged('desk')],
    ['changedAll', (of: ReturnType<typeof authorized>['ofA']) => of.changedAll()],
  ])('denies after %s', async (_, revoke) => {
    const { ofA, sets } = authorized();
    sets.set('a/1', set('a:b'));
    expect(await ofA.can('1', 'a:b')).toBe(true);
    sets.set('a/1', set());
    expect(await ofA.can('1', 'a:b')).toBe(true);
    await revoke(ofA);
    expect(await ofA.can('1', 'a:b')).toBe(false);
  });

  it('hears changes of roles and teams of users who have more of them than an entry has tags', async () => {
    const { ofA, sets } = authorized();
    const roles = Array.from({ length: 40 }, (_, n) => `role ${n}`);
    const teams = Array.from({ length: 40 }, (_, n) => `team ${n}`);
    for (const change of [...roles.map((role) => ({ role })), ...teams.map((team) => ({ team }))]) {
      sets.set('a/1', { ...set('a:b'), roles, teams });
      await ofA.revokeUser('1');
      expect(await ofA.can('1', 'a:b')).toBe(true);
      sets.set('a/1', set());
      await ('role' in change ? ofA.roleChanged(change.role) : ofA.teamChanged(change.team));
      expect(await ofA.can('1', 'a:b')).toBe(false);
    }
  });

  it('leaves users of other roles alone', async () => {
    const { ofA, sets, loads } = authorized();
    sets.set('a/1', set('a:b'));
    await ofA.can('1', 'a:b');
    await ofA.roleChanged('other');
    await ofA.revokeUser('2');
    await ofA.can('1', 'a:b');
    expect(loads).toHaveLength(1);
  });

  it('never answers what was loaded before a revocation, nor keeps it', async () => {
    const reading = gate();
    const returning = gate();
    let current = set('a:b');
    const { ofA } = authorized({
      load: async () => {
        const read = current;
        reading.release();
        if (read.permissions.length > 0) await returning.promise;
        return read;
      },
    });
    const asked = [ofA.can('1', 'a:b'), ofA.can('1', 'a:b')];
    await reading.promise;
    current = set();
    await ofA.roleChanged('trader');
    const later = ofA.can('1', 'a:b');
    returning.release();
    expect(await Promise.all([...asked, later])).toEqual([false, false, false]);
    expect(await ofA.can('1', 'a:b')).toBe(false);
  });

  it('rests a decision on a set no older than the action allows', async () => {
    const later = ownCalendar();
    const { ofA, sets, loads } = authorized({ ttl: '5m', decisionTtl: { 'trade:*': '10s', 'trade:read': '1m' } });
    sets.set('a/1', set('*'));
    await ofA.can('1', 'trade:execute');
    later(9_000);
    await ofA.can('1', 'trade:execute');
    expect(loads).toHaveLength(1);
    later(2_000);
    await ofA.can('1', 'portfolio:read');
    await ofA.can('1', 'trade:read');
    expect(loads).toHaveLength(1);
    sets.set('a/1', set());
    expect(await ofA.can('1', 'trade:execute')).toBe(false);
    expect(loads).toHaveLength(2);
    await ofA.can('1', 'trade:execute');
    expect(loads).toHaveLength(2);
  });

  it('keeps a set as long as the option says of it, and one of nobody 30 s', async () => {
    const later = ownCalendar();
    const { ofA, sets, loads } = authorized({ ttl: ({ roles }) => (roles.includes('admin') ? '10s' : '5m') });
    sets.set('a/1', set('*')).set('a/2', { ...set('*'), roles: ['admin'] });
    const all = () => Promise.all(['1', '2', '3'].map((user) => ofA.can(user, 'a:b')));
    await all();
    loads.length = 0;
    later(11_000);
    await all();
    expect(loads).toEqual(['a/2']);
    later(20_000);
    await all();
    expect(loads.sort()).toEqual(['a/2', 'a/2', 'a/3']);
  });

  it('denies where the loader fails, says so to assert, and tries again', async () => {
    let broken: unknown = new Error('no database');
    const { ofA } = authorized({
      load: async () => {
        if (broken) throw broken;
        return set('a:b');
      },
    });
    expect(await ofA.can('1', 'a:b')).toBe(false);
    expect(await ofA.explain('2', 'a:b')).toEqual({ granted: false, reason: 'unavailable' });
    await expect(ofA.assert('3', 'a:b')).rejects.toMatchObject({
      code: 'AUTHORIZATION_UNAVAILABLE',
      status: 503,
      cause: broken,
    });
    broken = undefined;
    expect(await ofA.can('4', 'a:b')).toBe(true);
  });

  it.each([
    [7, 'the set: number; allowed: an object, or null'],
    [{ teams: [], permissions: [] }, 'roles: undefined; allowed: an array'],
    [{ ...set(), teams: 'desk' }, 'teams: text of 4 characters; allowed: an array'],
    [{ ...set(), roles: ['fine', ''] }, /^roles\[1\]: text of 0 characters; allowed: 1 to 256 bytes/],
    [{ ...set(), permissions: [null] }, 'permissions[0]: null; allowed: an object'],
    [
      { ...set('a:b'), permissions: [{ action: 'a:b', object: '*', effect: 'deny' }] },
      /^permissions\[0\]\.object: text of 1 /,
    ],
    [{ ...set(), permissions: [{ action: 'secret*', effect: 'deny' }] }, /^permissions\[0\]\.action: text of 7 /],
    [
      { ...set(), permissions: [...set('a:b').permissions, { action: 'a:b', effect: 'permit' }] },
      "permissions[1].effect: text of 6 characters; allowed: 'allow' or 'deny'",
    ],
    [
      { ...set(), permissions: [Object.assign(Object.create({ effect: 'allow' }), { action: '*' })] },
      /^permissions\[0\]\.effect: undefined/,
    ],
    [set(...Array.from({ length: 10_001 }, (_, n) => `a:b${n}`)), '10001 permissions; allowed: at most 10000'],
  ])('decides nothing from what is no set, and explains what is wrong with it: %#', async (answer, problem) => {
    const { ofA } = authorized({ load: async () => answer as PermissionSet });
    expect(await ofA.can('1', 'a:b')).toBe(false);
    expect(await ofA.explain('1', 'a:b')).toEqual({
      granted: false,
      reason: 'unavailable',
      problem: typeof problem === 'string' ? problem : expect.stringMatching(problem),
    });
    await expect(ofA.assert('1', 'a:b')).rejects.toMatchObject({
      code: 'AUTHORIZATION_UNAVAILABLE',
      cause: { code: 'PERMISSION_SET_INVALID' },
    });
  });

  it('answers all who ask, where a load takes longer than sets may be old', async () => {
    const { cache, a } = memoryCache();
    const options = {
      decisionTtl: '1ms',
      load: async () => {
        await delay(15);
        return set('a:b');
      },
    } as const;
    const here = cache.authorization(options).for(a);
    // As another process: what the first loaded comes from the store.
    const there = new CachedAuthorization(options, {
      current: () => cache.current(),
      heardUntilMs: () => Number.NEGATIVE_INFINITY,
      hear: async () => {},
      fresh: () => undefined,
      doubt() {},
      isPending: () => false,
    }).for(a);
    const answers: string[] = [];
    const asking = async (of: UserPermissions, fromMs: number) => {
      await delay(fromMs);
      for (let n = 0; n < 8; n++) answers.push((await of.explain('1', 'a:b')).reason);
    };
    await Promise.all([0, 4, 8, 12].flatMap((fromMs) => [asking(here, fromMs), asking(there, fromMs + 2)]));
    expect(new Set(answers)).toEqual(new Set(['allowed']));
  });

  it('loads anew what it did not store itself', async () => {
    const { a, ofA, sets } = authorized();
    sets.set('a/1', set());
    await a.set('authorization', '1', { roles: [], permissions: [{ action: '*', effect: 'allow' }] });
    expect(await ofA.explain('1', 'a:b')).toMatchObject({ reason: 'not-permitted' });
  });

  it('hands out sets that nobody can change', async () => {
    const { ofA, sets } = authorized();
    sets.set('a/1', set('a:b'));
    const known = (await ofA.permissions('1')) as unknown as { permissions: unknown[] };
    expect(() => known.permissions.push({ action: '*', effect: 'allow' })).toThrow(TypeError);
    expect(await ofA.can('1', 'c:d')).toBe(false);
  });

  it.each([
    [{ load: undefined }],
    [{ load: 'x' }],
    [{ ttl: 0 }],
    [{ ttl: 'soon' }],
    [{ decisionTtl: { 'a:**': '1m' } }],
    [{ decisionTtl: { 'a:*': 'soon' } }],
    [{ timeout: '11m' }],
    [{ onUnavailable: 'allow' }],
    [{ onUnavailable: { grace: 0 } }],
    [{ onUnavailable: { grace: '5m', more: 1 } }],
    [{ unknown: 1 }],
  ])('refuses %j', (wrong) => {
    const { cache } = memoryCache();
    const options = { load: async () => null, ...wrong } as unknown as AuthorizationOptions;
    expect(() => cache.authorization(options)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  });

  it('is made once', () => {
    const { cache } = authorized();
    expect(() => cache.authorization({ load: async () => null })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
  });

  it('passes on what is wrong with the tenant', async () => {
    const { cache } = memoryCache({ tenants: { static: { closed: { quotaBytes: 1e6, suspended: true } } } });
    const authorization = cache.authorization({ load: async () => set('*') });
    const of = authorization.for(cache.forTenant('closed'));
    await expect(of.can('1', 'a:b')).rejects.toMatchObject({ code: 'TENANT_SUSPENDED' });
    await expect(authorization.for(cache.forTenant('nobody')).can('1', 'a:b')).rejects.toMatchObject({
      code: 'TENANT_NOT_FOUND',
    });
  });
});
