import { describe, expect, it, jest } from '@jest/globals';
import type { Request } from 'express';
import { fail } from '../../../src/core/errors.js';
import { firstOf, type TenantResolver } from '../../../src/http/first-of.js';

const req = {} as Request;
const now = (tenant?: string): TenantResolver => jest.fn(() => tenant);
const later = (tenant?: string): TenantResolver => jest.fn(async () => tenant);
const bad = () => {
  throw fail('TOKEN_INVALID');
};

describe('a chain of resolvers', () => {
  it.each([
    ['the first', [now('a'), now()], 'a'],
    ['the second', [now(), now('a')], 'a'],
    ['none', [now(), later()], undefined],
    ['two that agree', [later('a'), now(), later('a')], 'a'],
  ])('is answered by %s', async (_name, resolvers, expected) => {
    expect(await firstOf(resolvers)(req)).toBe(expected);
  });

  it('answers at once where its members do', () => {
    expect(firstOf([now(), now('a'), now()])(req)).toBe('a');
  });

  it.each([
    ['at once', [now('a'), now('b')]],
    ['by promise', [later('a'), now('b')]],
    ['by promise, after one without', [now('a'), later(), later('b')]],
  ])('refuses a request in which two differ, %s', async (_name, resolvers) => {
    await expect(async () => firstOf(resolvers)(req)).rejects.toMatchObject({ code: 'TENANT_MISMATCH' });
  });

  it('takes the first without a look at the others where they need not agree', async () => {
    const second = now('b');
    expect(await firstOf([later('a'), second], { agree: false })(req)).toBe('a');
    expect(second).not.toHaveBeenCalled();
  });

  it('never passes over a credential that is there and not valid', async () => {
    const next = now('a');
    await expect(async () => firstOf([bad, next])(req)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    await expect(async () => firstOf([async () => bad(), next])(req)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    expect(next).not.toHaveBeenCalled();
    await expect(async () => firstOf([next, bad])(req)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });

  it.each([
    ['no list', undefined, {}],
    ['an empty list', [], {}],
    ['a name', ['a'], {}],
    ['an unknown option', [now()], { all: true }],
    ['agree that is no boolean', [now()], { agree: 1 }],
  ])('is refused at construction with %s', (_name, resolvers, options) => {
    expect(() => firstOf(resolvers as never, options as never)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
  });
});
