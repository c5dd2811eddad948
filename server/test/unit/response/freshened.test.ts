import { describe, expect, it } from '@jest/globals';
import type { Field } from '../../../src/response/fields.js';
import { freshened } from '../../../src/response/freshened.js';
import { asked, control, dateIn, NOW, policy, stored } from './heads.js';

const LATER = { requestAtMs: NOW + 60_000, responseAtMs: NOW + 60_000 };

const renewed = (headers: readonly Field[], news: readonly Field[], status = 304, request = asked()) =>
  freshened(stored(headers), { status, headers: news }, request, LATER, policy());
const fieldsOf = (headers: readonly Field[], news: readonly Field[]) => new Map(renewed(headers, news)?.stored.headers);

const FRESH = control('max-age=2');
const ETAG: Field = ['etag', '"a"'];

describe('a 304 (RFC 9111, 3.2 and 4.3.4)', () => {
  it('makes what is stored fresh from its own time on', () => {
    const result = renewed([FRESH, ETAG, ['age', '1'], ['date', dateIn(0)]], [ETAG]);
    expect(result?.stored).toMatchObject({ freshForMs: 2_000, ...LATER, status: 200 });
    expect(new Map(result?.stored.headers).get('date')).toBe(dateIn(60));
    expect(new Map(result?.stored.headers).has('age')).toBe(false);
  });

  it.each(['test-header', 'content-foo', 'x-frame-options', 'content-type', 'expires', 'content-security-policy'])(
    'replaces %s',
    (name) => {
      expect(fieldsOf([FRESH, ETAG, [name, 'A']], [ETAG, [name, 'B']]).get(name)).toBe('B');
    },
  );

  it.each(['content-length', 'content-encoding', 'content-range'])(
    'does not change %s: the bytes are the same',
    (name) => {
      expect(fieldsOf([FRESH, ETAG, [name, '11']], [ETAG, [name, '99']]).get(name)).toBe('11');
    },
  );

  it('leaves fields that it does not have, and replaces all lines of those it has', () => {
    const headers = renewed([FRESH, ETAG, ['a', '1'], ['b', '1'], ['b', '2']], [['b', '3']])?.stored.headers ?? [];
    expect(headers.filter(([name]) => name === 'a' || name === 'b')).toEqual([
      ['a', '1'],
      ['b', '3'],
    ]);
  });

  it('brings nothing of its connection, and no cookie', () => {
    const news: Field[] = [
      ['set-cookie', 'a=b'],
      ['connection', 'x'],
      ['x', '1'],
      ['keep-alive', '1'],
    ];
    const names = [...fieldsOf([FRESH, ETAG], news).keys()];
    expect(names.filter((name) => ['set-cookie', 'connection', 'x', 'keep-alive'].includes(name))).toEqual([]);
  });

  it('sets the new freshness', () => {
    expect(renewed([FRESH, ETAG], [control('max-age=500')])?.stored.freshForMs).toBe(500_000);
    expect(renewed([FRESH, ETAG], [control('max-age=10, no-cache')])?.stored.freshForMs).toBe(0);
  });

  it.each(['no-store', 'private'])('with %s may answer, and ends the storing', (directive) => {
    expect(renewed([FRESH, ETAG], [control(directive)])).toMatchObject({ keepForMs: undefined });
  });

  it('with another strong ETag is about another representation', () => {
    expect(renewed([FRESH, ETAG], [['etag', '"b"']])).toBeUndefined();
    expect(renewed([FRESH, ETAG], [['etag', 'W/"b"']])).toBeDefined();
  });

  it('with an ETag renews what had none but the one of the cache', () => {
    const modified: Field = ['last-modified', dateIn(-100)];
    expect(fieldsOf([FRESH, modified], [['etag', '"x"'], modified]).get('etag')).toBe('"x"');
  });
});
