import { describe, expect, it } from '@jest/globals';
import { claimedErrors } from '@/features/change/claimed-errors';
import { scopesProblem } from '@/features/keys/key-words';

describe('what the server found wrong', () => {
  it('is at its field, what is wrong with a part of it too, the first of each', () => {
    const found = [
      { field: 'scopes.1', message: 'first' },
      { field: 'scopes.2', message: 'second' },
      { field: 'name', message: 'third' },
    ];
    expect(claimedErrors(found, ['name', 'scopes'])).toEqual({
      errors: { scopes: 'first', name: 'third' },
      unclaimed: undefined,
    });
  });

  it('is said as a whole where no field of the form shows it, so that a refusal is never silent', () => {
    const found = [
      { field: 'names', message: 'must be given' },
      { field: 'body', message: 'has 3 more errors' },
    ];
    expect(claimedErrors(found, ['name'])).toEqual({
      errors: {},
      unclaimed: 'Nothing was changed: names must be given; body has 3 more errors.',
    });
    expect(claimedErrors(found.slice(0, 1), []).unclaimed).toBe('Nothing was changed: names must be given.');
  });
});

describe('scopes that were typed', () => {
  it('are told apart from what is none, with what was typed', () => {
    expect(scopesProblem([])).toBeUndefined();
    expect(scopesProblem(['market:read', 'a', `a${'b'.repeat(63)}`])).toBeUndefined();
    for (const wrong of ['Orders', '1a', ':a', 'a/b', 'ä', `a${'b'.repeat(64)}`]) {
      expect(scopesProblem(['market:read', wrong])).toContain(`“${wrong.slice(0, 24)}`);
    }
    expect(scopesProblem(Array.from({ length: 33 }, (_, index) => `s${index}`))).toContain('You entered 33.');
  });
});
