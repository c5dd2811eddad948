import { describe, expect, it } from '@jest/globals';
import { appendCacheStatus, cacheStatus } from '../../../src/response/cache-status.js';
import { type Field, fieldsFromOutgoing, fieldsFromRaw } from '../../../src/response/fields.js';
import { requestHead } from '../../../src/response/request-head.js';
import { selectingKey, varyOf } from '../../../src/response/vary.js';
import { asked, policy } from './heads.js';

const keyOf = (vary: readonly string[], ...fields: Field[]) => selectingKey(vary, asked(fields));

describe('Vary (RFC 9111, 4.1)', () => {
  it('is a sorted list of names in lower case, with those of the route', () => {
    expect(
      varyOf(
        [
          ['vary', 'Foo, Bar'],
          ['vary', ' baz ,,foo'],
        ],
        policy({ vary: ['accept'] }),
      ),
    ).toEqual(['accept', 'bar', 'baz', 'foo']);
    expect(varyOf([], policy())).toEqual([]);
  });

  it('of very many names is as good as *', () => {
    const names = Array.from({ length: 40 }, (_, at) => `x-${at}`).join();
    expect(varyOf([['vary', names]], policy())).toBe('*');
  });
});

describe('the key of a variant', () => {
  const vary = ['bar', 'foo'];

  it('is the same where the named fields are, whatever the others', () => {
    expect(keyOf(vary, ['foo', '1'], ['bar', '2'], ['other', 'a'])).toBe(keyOf(vary, ['bar', '2'], ['foo', '1']));
    expect(keyOf([], ['foo', '1'])).toBe('');
  });

  it('differs where one differs, is missing or is empty, and where values change places', () => {
    const keys = [
      keyOf(vary, ['foo', '1'], ['bar', '2']),
      keyOf(vary, ['foo', '2'], ['bar', '1']),
      keyOf(vary, ['foo', '1']),
      keyOf(vary, ['foo', '1'], ['bar', '']),
      keyOf(vary, ['foo', '1'], ['bar', '2x']),
      keyOf(vary, ['foo', '1","2'], ['bar', '']),
      keyOf(vary),
      keyOf(['foo'], ['foo', '1']),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('joins lines and leaves out the space around commas', () => {
    expect(keyOf(['foo'], ['foo', '1, 2'])).toBe(keyOf(['foo'], ['foo', '1'], ['foo', '2']));
    expect(keyOf(['foo'], ['foo', '1,2'])).toBe(keyOf(['foo'], ['foo', ' 1 ,\t2 ']));
    expect(keyOf(['foo'], ['foo', '"1, 2"'])).not.toBe(keyOf(['foo'], ['foo', '"1,2"']));
  });

  it('has no case for languages and encodings, and keeps it for all else', () => {
    const language = ['accept-language'];
    expect(keyOf(language, ['accept-language', 'en, de'])).toBe(keyOf(language, ['accept-language', 'eN,De']));
    expect(keyOf(language, ['accept-language', 'en, de'])).not.toBe(keyOf(language, ['accept-language', 'de, en']));
    expect(keyOf(['foo'], ['foo', 'a'])).not.toBe(keyOf(['foo'], ['foo', 'A']));
  });
});

describe('Cache-Status (RFC 9211)', () => {
  it('tells a hit, a miss and a stale answer', () => {
    expect(cacheStatus({ hit: true, ttlMs: 30_900 })).toBe('tenantcache; hit; ttl=30');
    expect(cacheStatus({ fwd: 'uri-miss', fwdStatus: 200, stored: true, collapsed: true })).toBe(
      'tenantcache; fwd=uri-miss; fwd-status=200; stored; collapsed',
    );
    expect(cacheStatus({ hit: true, ttlMs: -1_500 })).toBe('tenantcache; hit; ttl=-2');
  });

  it('is appended, and takes no detail that is no token', () => {
    expect(appendCacheStatus('origin; hit', cacheStatus({ fwd: 'bypass', detail: 'no-tenant' }))).toBe(
      'origin; hit, tenantcache; fwd=bypass; detail=no-tenant',
    );
    expect(appendCacheStatus(undefined, 'a')).toBe('a');
    expect(cacheStatus({ detail: 'a, b; c' })).toBe('tenantcache');
  });
});

describe('fields', () => {
  it('are read from both sides of Node, names in lower case, a repeated one once for each value', () => {
    expect(fieldsFromRaw(['A', ' 1 ', 'b', '2', 'a', '3'])).toEqual([
      ['a', '1'],
      ['b', '2'],
      ['a', '3'],
    ]);
    expect(fieldsFromOutgoing({ 'X-A': ['1', '2'], age: '5', gone: undefined })).toEqual([
      ['x-a', '1'],
      ['x-a', '2'],
      ['age', '5'],
    ]);
  });

  it('of a request hold its directives', () => {
    const head = requestHead({ method: 'GET', rawHeaders: ['Cache-Control', 'no-cache'] }, asked().target);
    expect(head.control.has('no-cache')).toBe(true);
  });
});
