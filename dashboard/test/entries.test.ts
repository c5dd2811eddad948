import { expect, test } from '@jest/globals';
import { entriesSearch } from '@/features/entries/entries-search';
import { lifeText, listOf } from '@/features/entries/entries-words';
import { enteredTarget, type Kind } from '@/features/entries/target';

test('an address that names no resource, key or cursor is brought back into range', async () => {
  expect(await entriesSearch({ resource: 'news', prefix: 'a\u0000b', cursor: 'Q-1_x' })).toEqual({
    resource: 'news',
    prefix: 'ab',
    cursor: 'Q-1_x',
  });
  expect(await entriesSearch({ resource: '../x', prefix: 'user:', cursor: 'a/b' })).toEqual({
    resource: '',
    prefix: '',
    cursor: '',
  });
  expect((await entriesSearch({ resource: ['news', 'x'], cursor: 'x'.repeat(9_000) })).cursor).toBe('');
});

test('a cursor is kept up to the length that the API takes', async () => {
  const cursor = 'x'.repeat(8_192);
  expect((await entriesSearch({ cursor })).cursor).toBe(cursor);
  expect((await entriesSearch({ cursor: `${cursor}x` })).cursor).toBe('');
});

test('each kind of invalidation names exactly what was entered, or says what is missing', () => {
  expect(enteredTarget({ kind: 'tags', resource: 'news', text: 'a, b\nb\n' }).target).toEqual({
    kind: 'tags',
    tags: ['a', 'b'],
  });
  expect(enteredTarget({ kind: 'keys', resource: 'news', text: 'a,b\nc' }).target).toEqual({
    kind: 'keys',
    resource: 'news',
    keys: ['a,b', 'c'],
  });
  expect(enteredTarget({ kind: 'prefix', resource: 'news', text: ' a\n' }).target).toEqual({
    kind: 'prefix',
    resource: 'news',
    prefix: ' a',
  });
  // An empty prefix would be the whole resource.
  expect(enteredTarget({ kind: 'prefix', resource: 'news', text: '' }).target).toBeUndefined();
  expect(enteredTarget({ kind: 'resource', resource: 'a:b', text: '' })).toMatchObject({ target: undefined });
  expect(enteredTarget({ kind: 'tags', resource: '', text: ' ,\n' }).errors.text).toContain('You entered 0');
});

test('tags are invalidated in all resources, anything else in the one that is named', () => {
  const unnamed = (kind: Kind, text: string) => enteredTarget({ kind, resource: ' ', text });
  expect(unnamed('tags', 'a')).toEqual({ target: { kind: 'tags', tags: ['a'] }, errors: {} });
  expect(unnamed('tags', '').errors.resource).toBeUndefined();
  for (const kind of ['resource', 'prefix', 'keys'] as const) {
    expect(unnamed(kind, 'a')).toEqual({ target: undefined, errors: { resource: expect.stringContaining('Name') } });
  }
  expect(enteredTarget({ kind: 'prefix', resource: 'news', text: '' }).errors.resource).toBeUndefined();
});

test('lists have no blanks and no doubles, lives have a unit', () => {
  expect(listOf(' a \n\nb,a')).toEqual(['a', 'b']);
  expect([999, 1_000, 90_000, 3_600_000, 129_600_000].map((ms) => lifeText(ms).replace('\u00a0', ' '))).toEqual([
    '999 ms',
    '1 s',
    '1.5 min',
    '1 h',
    '1.5 d',
  ]);
});
