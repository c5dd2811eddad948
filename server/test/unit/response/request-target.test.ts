import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { invalidatedTags } from '../../../src/response/invalidated.js';
import {
  MAX_TARGET_KEY_BYTES,
  requestTarget,
  sortedQuery,
  type TargetOptions,
  type TargetRequest,
  uriTag,
} from '../../../src/response/request-target.js';
import { answered, asked } from './heads.js';

function from(url: string, headers: Record<string, string> = { host: 'api.test' }, changes: object = {}) {
  const headersDistinct = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  return {
    url,
    headers,
    headersDistinct,
    socket: { remoteAddress: '10.0.0.1' },
    ...changes,
  } as unknown as TargetRequest;
}
const keyOf = (url: string, options?: TargetOptions) => requestTarget(from(url), options)?.key;

/** Attack 9: spellings that an app, a router or a proxy may take for the same page, or for another. */
const SPELLINGS = [
  '/account',
  '/account/',
  '/account//',
  '//account',
  '/./account',
  '/account/.',
  '/x/../account',
  '/%61ccount',
  '/%41ccount',
  '/Account',
  '/ACCOUNT',
  '/account.css',
  '/account/a.css',
  '/account/.css',
  '/account;.css',
  '/account;a',
  '/account%3B.css',
  '/account%2F.css',
  '/account%2f.css',
  '/account/%2e%2e/a.css',
  '/account/..%2fa.css',
  '/account%00',
  '/account%00.css',
  '/account%0a',
  '/account%0A.css',
  '/account%09',
  '/account%20',
  '/account%23',
  '/account%23.css',
  '/account%3f',
  '/account%3F.css',
  '/account?',
  '/account?.css',
  '/account?a.css',
  '/account?a',
  '/account?a=',
  '/account?a=1',
  '/account?a=%31',
  '/account?A=1',
  '/account?a=1&',
  '/account?a=1&a=2',
  '/account?a=2&a=1',
  '/account?a[]=1',
  '/account?a%5B%5D=1',
  '/account?a=1;b=2',
  '/account#',
  '/account#.css',
  '/account\\a.css',
  '/account%5Ca.css',
  '/account%5ca.css',
  '/account~',
  '/account!',
  '/accoun%74',
  '/accöunt',
]; // prettier-ignore

describe('the key of a target (attack 9)', () => {
  it(`is another for each of ${SPELLINGS.length} spellings of a path`, () => {
    expect(new Set(SPELLINGS.map((url) => keyOf(url))).size).toBe(SPELLINGS.length);
    expect(SPELLINGS.length).toBeGreaterThanOrEqual(50);
  });

  it('is the same for parameters in another order, not for values of one name in another order', () => {
    expect(keyOf('/a?b=1&a=2&b=0')).toBe(keyOf('/a?a=2&b=1&b=0'));
    expect(keyOf('/a?b=1&b=0')).not.toBe(keyOf('/a?b=0&b=1'));
  });

  it.each([
    ['%61=evil&a=good', 'a=good&%61=evil'],
    ['a[b]=1&a=2', 'a=2&a[b]=1'],
    ['b.c=1&b=2', 'b=2&b.c=1'],
    ['a+=1&a=2', 'a=2&a+=1'],
  ])('is another where a parser may take two names for one: %s', (one, other) => {
    expect(keyOf(`/a?${one}`)).not.toBe(keyOf(`/a?${other}`));
  });

  it('is another where a parser may not read all parameters', () => {
    const many = Array.from({ length: 1_000 }, () => 'b=1').join('&');
    expect(keyOf(`/a?${many}&a=2`)).not.toBe(keyOf(`/a?a=2&${many}`));
  });

  it('has the parameters of the request, each as often and in its order by name, for any query', () => {
    const pair = fc.stringMatching(/^[a-c=%]{0,3}$/);
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 8 }), (pairs) => {
        const sorted = sortedQuery(`/p?${pairs.join('&')}`)
          .slice(3)
          .split('&');
        expect([...sorted].sort()).toEqual(pairs.length === 0 ? [''] : [...pairs].sort());
        for (const name of new Set(pairs.map((text) => text.split('=', 1)[0]))) {
          const of = (list: string[]) => list.filter((text) => text.split('=', 1)[0] === name);
          expect(of(sorted)).toEqual(of(pairs));
        }
      }),
    );
  });

  it('is a hash where it would be long, and another for another target', () => {
    const long = `/${'a'.repeat(5_000)}`;
    const keys = [keyOf(long), keyOf(`${long}b`), keyOf(`${long}?x`)];
    expect(new Set(keys).size).toBe(3);
    for (const key of keys) expect(Buffer.byteLength(key ?? '')).toBeLessThan(MAX_TARGET_KEY_BYTES);
  });

  it('is of the whole path, under a mounted router too', () => {
    const request = from('/inner?x=1', undefined, { originalUrl: '/outer/inner?x=1' });
    expect(requestTarget(request)?.key).toBe(keyOf('/outer/inner?x=1'));
  });

  it('differs by scheme, for a redirect to https must not answer https; the tag does not', () => {
    const [http, https] = ['http', 'https'].map((protocol) => requestTarget(from('/a', undefined, { protocol })));
    expect(http?.key).not.toBe(https?.key);
    expect(http?.tag).toBe(https?.tag);
    expect(requestTarget(from('/a', undefined, { protocol: 'x://y /b' }))?.key).toBe(http?.key);
  });
});

describe('the host of a target (attack 8)', () => {
  const target = (headers: Record<string, string>, options?: TargetOptions, changes?: object) =>
    requestTarget(from('/a', headers, changes), options);
  const trusting = (peer: string) => ({ app: { get: () => (address: string) => address === peer } });

  it('is in the key, in lower case and without a default port', () => {
    expect(target({ host: 'API.test:80' })?.key).toBe(target({ host: 'api.test' })?.key);
    expect(target({ host: 'api.test:8080' })?.key).not.toBe(target({ host: 'api.test' })?.key);
  });

  it('has the port of the other scheme, which pages build links from; the tag has neither', () => {
    const of = (host: string, protocol: string) => target({ host }, {}, { protocol });
    for (const [protocol, own, other] of [
      ['http', 80, 443],
      ['https', 443, 80],
    ] as const) {
      const plain = of('api.test', protocol);
      expect(of(`API.test:${own}`, protocol)?.key).toBe(plain?.key);
      expect(of(`api.test:${other}`, protocol)?.key).not.toBe(plain?.key);
      expect(of(`api.test:${other}`, protocol)?.tag).toBe(plain?.tag);
    }
    expect(target({ host: 'api.test:443' }, { hosts: ['api.test'] })).toBeDefined();
  });

  it('must be on the list, where there is one', () => {
    const options = { hosts: ['API.test', 'b.test:8443'] };
    expect(target({ host: 'api.test' }, options)).toBeDefined();
    expect(target({ host: 'b.test:8443' }, options)).toBeDefined();
    for (const host of ['b.test', 'evil.test', 'api.test.evil.test', 'api.test:81', '']) {
      expect(target({ host }, options)).toBeUndefined();
    }
  });

  it.each(['', 'a b', 'a/b', 'a@b', 'a?b', 'a#b', 'a\\b', 'ä.test', 'a'.repeat(256)])('is none: %.20s', (host) => {
    expect(target({ host })).toBeUndefined();
  });

  it('is none where it stands there twice, or not at all', () => {
    const twice = { headersDistinct: { host: ['api.test', 'evil.test'] } };
    expect(requestTarget(from('/a', { host: 'api.test' }, twice))).toBeUndefined();
    expect(target({})).toBeUndefined();
  });

  it('is that of X-Forwarded-Host only where the app trusts its peer', () => {
    const forwarded = { host: 'api.test', 'x-forwarded-host': 'evil.test' };
    expect(target(forwarded)?.host).toBe('api.test');
    expect(target(forwarded, {}, trusting('10.0.0.2'))?.host).toBe('api.test');
    expect(target(forwarded, {}, trusting('10.0.0.1'))?.host).toBe('evil.test');
  });

  it('is that of an absolute target, if both are one; such a target has a key of its own', () => {
    const [plain, absolute] = ['/a?x', 'http://API.test/a?x'].map((url) => requestTarget(from(url)));
    expect(absolute?.tag).toBe(plain?.tag);
    expect(absolute?.key).not.toBe(plain?.key);
    for (const url of [
      'http://evil.test/a',
      'http://api.test@evil.test/a',
      'ftp://api.test/',
      '*',
      'api.test:443',
      '',
    ]) {
      expect(requestTarget(from(url))).toBeUndefined();
    }
  });
});

describe('what an unsafe method invalidates (RFC 9111, 4.4)', () => {
  const tags = (method: string, status: number, headers: Record<string, string> = {}) =>
    invalidatedTags(asked([], method, '/orders/1?x=1'), answered(Object.entries(headers), status));
  const tag = (uri: string) => uriTag('api.test', uri);

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'M-SEARCH', 'MKCOL'])('%s: its target', (method) => {
    expect(tags(method, 200)).toEqual([tag('/orders/1?x=1')]);
    expect(tags(method, 303)).toEqual([tag('/orders/1?x=1')]);
  });

  it.each([400, 404, 409, 500, 503])('nothing by an answer of %i', (status) => {
    expect(tags('POST', status, { location: '/a' })).toEqual([]);
  });

  it.each(['GET', 'HEAD', 'OPTIONS', 'TRACE'])('nothing by %s', (method) => {
    expect(tags(method, 200)).toEqual([]);
  });

  it('Location and Content-Location as well, relative or not', () => {
    const headers = { location: '../b?z=1&y=2', 'content-location': 'https://API.test/c' };
    expect(tags('POST', 201, headers).slice(1)).toEqual([tag('/b?y=2&z=1'), tag('/c')]);
  });

  it.each(['https://evil.test/a', '//evil.test/a', 'http://api.test:8080/a', 'javascript:1', 'http://', 'data:,a'])(
    'nothing of another host: %s',
    (location) => {
      expect(tags('POST', 201, { location })).toHaveLength(1);
    },
  );
});
