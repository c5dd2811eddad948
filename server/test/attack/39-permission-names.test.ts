import { afterEach, describe, expect, it } from '@jest/globals';
import type { PermissionSet } from '../../src/index.js';
import { closeCaches, memoryCache } from '../fakes/memory-cache.js';

afterEach(() => {
  delete (Object.prototype as Record<string, unknown>).effect;
  delete (Object.prototype as Record<string, unknown>).granted;
  delete (Object.prototype as Record<string, unknown>).grace;
  return closeCaches();
});

function authorized(of: (userId: string) => PermissionSet | null) {
  const { cache, a } = memoryCache();
  const asked: string[] = [];
  const load = async ({ userId }: { userId: string }) => {
    asked.push(userId);
    return of(userId);
  };
  return { asked, ofA: cache.authorization({ load }).for(a) };
}

const may = (action: string, object?: string): PermissionSet => ({
  roles: [],
  teams: [],
  permissions: [object === undefined ? { action, effect: 'allow' } : { action, object, effect: 'allow' }],
});

const LONG = 'x'.repeat(50_000);
const ACTIONS = [
  '*',
  'a:*',
  'a:',
  ':b',
  '',
  'a b',
  'a:b\n',
  'a:b\0',
  'a:b:c:d:e',
  'ä:b',
  'a/b',
  '__proto__',
  LONG,
  `${LONG}:`,
];
const OBJECTS = [
  '*',
  'p/*',
  'p/',
  '/p',
  '',
  'p//1',
  '.',
  'p/..',
  'p/../1',
  'p/./1',
  'p/1\n',
  'p/1\0',
  'p/ 1',
  'p/%2e',
  LONG,
];
const USERS = ['', 'u\0', 'u\n', '\ud800', 'x'.repeat(257), 'é'.repeat(129), LONG];
const NO_STRINGS = [null, 7, {}, ['a:b'], { toString: () => 'a:b' }, Symbol.iterator];

describe('hostile names of users, actions and objects', () => {
  it.each([...ACTIONS, ...NO_STRINGS])('refuses the action %p, even to who may do everything', async (action) => {
    const { ofA } = authorized(() => may('*'));
    await expect(ofA.can('1', action as string)).rejects.toMatchObject({ code: 'REQUEST_INVALID', status: 400 });
  });

  it.each([...OBJECTS, ...NO_STRINGS])('refuses the object %p', async (object) => {
    const { ofA } = authorized(() => may('*'));
    await expect(ofA.can('1', 'a:b', object as string)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });

  it.each([...USERS, ...NO_STRINGS, undefined])('refuses the user %p, and asks nobody about it', async (user) => {
    const { ofA, asked } = authorized(() => may('*'));
    await expect(ofA.can(user as string, 'a:b')).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    await expect(ofA.revokeUser(user as string)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    expect(asked).toEqual([]);
  });

  it('takes no part of a name for another', async () => {
    const { ofA } = authorized((user) =>
      user === 'a' ? may('portfolio:read', 'portfolio/4/*') : may('port:*', 'p/1'),
    );
    expect(await ofA.can('a', 'portfolio:read', 'portfolio/4/x')).toBe(true);
    expect(await ofA.can('a', 'portfolio:read', 'portfolio/4')).toBe(false);
    expect(await ofA.can('a', 'portfolio:read', 'portfolio/42')).toBe(false);
    expect(await ofA.can('a', 'portfolio:read')).toBe(false);
    expect(await ofA.can('a', 'portfolio:reads', 'portfolio/4/x')).toBe(false);
    expect(await ofA.can('b', 'port:read', 'p/1')).toBe(true);
    expect(await ofA.can('b', 'portfolio:read', 'p/1')).toBe(false);
    expect(await ofA.can('b', 'port', 'p/1')).toBe(false);
  });

  it('gives users called like parts of an object nothing', async () => {
    const { ofA } = authorized((user) => (user === 'admin' ? may('*') : null));
    for (const user of [
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      '*',
      'user:admin',
      'admin ',
      'Admin',
    ]) {
      expect(await ofA.explain(user, 'a:b')).toEqual({ granted: false, reason: 'unknown-user' });
    }
    expect(await ofA.can('admin', 'a:b')).toBe(true);
  });

  it('finds users with ids too long for a tag, each alone', async () => {
    let set = may('a:b');
    const { ofA, asked } = authorized(() => set);
    const users = ['x'.repeat(256), `${'x'.repeat(255)}y`, 'é'.repeat(128)];
    for (const user of users) expect(await ofA.can(user, 'a:b')).toBe(true);
    set = may('c:d');
    await ofA.revokeUser(users[0] as string);
    expect(await Promise.all(users.map((user) => ofA.can(user, 'a:b')))).toEqual([false, true, true]);
    expect(asked).toHaveLength(4);
  });

  it('grants nothing that a polluted prototype lends', async () => {
    const wanting = { roles: [], teams: [], permissions: [{ action: 'a:b' }] } as unknown as PermissionSet;
    const { ofA } = authorized((user) => (user === 'wanting' ? wanting : null));
    Object.assign(Object.prototype, { effect: 'allow', granted: true, grace: '5m' });
    expect(await ofA.can('wanting', 'a:b')).toBe(false);
    expect(await ofA.can('nobody', 'a:b')).toBe(false);
  });
});
