import { describe, expect, it } from '@jest/globals';
import type { Field } from '../../../src/response/fields.js';
import { storedFields } from '../../../src/response/stored-fields.js';
import { asked, control, dateIn, kept, policy, stored } from './heads.js';

const FRESH = control('max-age=3600');

describe('what a shared cache may store (RFC 9111, 3)', () => {
  it.each<[string, string]>([
    ['no-store', 'no-store'],
    ['No-StOrE', 'no-store'],
    ['private', 'private'],
    ['private="x-a"', 'private'],
    ['no-cache', 'no-validator'],
  ])('not a response with %s, however fresh', (directive, reason) => {
    expect(kept([control(`${directive}, max-age=3600`), ['expires', dateIn(3600)]])).toBe(reason);
    expect(kept([control(`${directive}, public, s-maxage=3600`)])).toBe(reason);
  });

  it('one with no-cache that can be revalidated, never fresh', () => {
    expect(kept([control('max-age=3600, no-cache'), ['etag', '"a"']])).toBe(0);
  });

  it.each([200, 203, 204, 299, 301, 302, 303, 307, 308, 400, 404, 410, 499, 500, 503, 504, 599])(
    'a final %i that says how long it is fresh',
    (status) => {
      expect(kept([FRESH], { status })).toBe(3600);
    },
  );

  it.each([101, 103, 206, 304])('not a %i: it is not a whole final response', (status) => {
    expect(kept([FRESH, ['etag', '"a"']], { status })).toBe('status');
  });

  it('a response with must-understand by its status alone (5.2.2.3)', () => {
    const headers = [control('max-age=3600, no-store, must-understand')];
    expect(kept(headers)).toBe(3600);
    expect(kept(headers, { status: 599 })).toBe('status');
  });

  it.each(['POST', 'HEAD', 'PUT', 'M-SEARCH'])('not the answer to a %s', (method) => {
    expect(kept([FRESH], { request: asked([], method) })).toBe('method');
  });

  it('not what the client asks not to store (5.2.1.5), unless requests are not heard', () => {
    const request = asked([control('no-store')]);
    expect(kept([FRESH], { request })).toBe('request-no-store');
    expect(kept([FRESH], { request, requestDirectives: false })).toBe(3600);
  });

  it.each(['*', '*, *', ', *', '*, Foo', 'Foo, *'])('not a response with Vary: %s (4.1)', (vary) => {
    expect(kept([FRESH, ['vary', vary]])).toBe('vary');
  });

  it('not one with Vary: * on a second line', () => {
    expect(kept([FRESH, ['vary', ''], ['vary', '*']])).toBe('vary');
  });
});

describe('requests with Authorization (RFC 9111, 3.5)', () => {
  const request = asked([['authorization', 'Bearer a']]);

  it.each(['public', 's-maxage=60', 'must-revalidate'])('are answered from a store where %s allows it', (directive) => {
    expect(kept([control(`max-age=60, ${directive}`)], { request })).toBe(60);
  });

  it('are not otherwise', () => {
    expect(kept([FRESH], { request })).toBe('authorization');
    expect(kept([control('max-age=60, proxy-revalidate')], { request })).toBe('authorization');
  });

  it('are told what is missing first: without any freshness consent would not help', () => {
    expect(kept([], { request })).toBe('no-freshness');
    expect(kept([control('public')], { request })).toBe('no-freshness');
  });

  it.each(['separate', 'shared'] as const)('are where the option says %s', (authorization) => {
    expect(kept([FRESH], { request, authorization })).toBe(3600);
  });
});

describe('a response that sets a cookie', () => {
  const cookie: Field = ['set-cookie', 'sid=1'];

  it('is stored only where it or the option says that others may have it', () => {
    expect(kept([FRESH, cookie])).toBe('set-cookie');
    expect(kept([], { ttlMs: 1_000 })).toBe(1);
    expect(kept([cookie], { ttlMs: 1_000 })).toBe('set-cookie');
    expect(kept([control('max-age=60, public'), cookie])).toBe(60);
    expect(kept([FRESH, cookie], { storeSetCookie: true })).toBe(3600);
  });

  it('is stored without it', () => {
    expect(stored([control('public, max-age=60'), cookie]).headers.map(([name]) => name)).not.toContain('set-cookie');
  });
});

describe('fields that are stored (RFC 9111, 3.1)', () => {
  const names = (headers: readonly Field[]) => storedFields(headers, policy()).map(([name]) => name);

  it('are not those of the connection, nor what Connection names', () => {
    const hop = ['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authentication-info', 'proxy-authorization'];
    const more = ['proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];
    expect(names([...hop, ...more].map((name): Field => [name, 'x']))).toEqual([]);
    expect(
      names([
        ['connection', 'A, b'],
        ['connection', 'c'],
        ['a', '1'],
        ['b', '2'],
        ['c', '3'],
        ['d', '4'],
      ]),
    ).toEqual(['d']);
  });

  it('are not those of one client', () => {
    const own = ['set-cookie', 'set-cookie2', 'retry-after', 'ratelimit', 'ratelimit-policy', 'x-ratelimit-remaining'];
    const quota = ['x-cache-quota-used', 'x-cache-quota-limit', 'x-cache-quota-exceeded', 'cache-status'];
    expect(names([...own, ...quota].map((name): Field => [name, '1']))).toEqual([]);
  });

  it('are not those that no-cache names', () => {
    expect(
      names([
        ['cache-control', 'no-cache="a, B"'],
        ['a', '1'],
        ['b', '2'],
        ['c', '3'],
      ]),
    ).toEqual(['cache-control', 'c']);
  });

  it('are all others, in order, a repeated one once for each value', () => {
    const headers: Field[] = [
      ['content-type', 'text/plain'],
      ['link', '<a>'],
      ['link', '<b>'],
      ['content-range', 'odd'],
      ['clear-site-data', '"cache"'],
    ];
    expect(storedFields(headers, policy())).toEqual(headers);
  });

  it('have a Date and a strong ETag of the bytes where the handler gave none', () => {
    const a = new Map(stored([FRESH], 'one').headers);
    const b = new Map(stored([FRESH], 'two').headers);
    expect(a.get('date')).toBe(dateIn(0));
    expect(a.get('etag')).toMatch(/^"tc-[\w-]{43}"$/);
    expect(a.get('etag')).not.toBe(b.get('etag'));
    expect(new Map(stored([FRESH, ['date', 'foo']]).headers).get('date')).toBe(dateIn(0));
  });

  it('keep the ETag and the Date of the handler', () => {
    const headers = new Map(stored([FRESH, ['etag', 'W/"a"'], ['date', dateIn(-3)]]).headers);
    expect([headers.get('etag'), headers.get('date')]).toEqual(['W/"a"', dateIn(-3)]);
  });
});
