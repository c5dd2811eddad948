import { describe, expect, it } from '@jest/globals';
import type { Field } from '../../../src/response/fields.js';
import { judgeRequest } from '../../../src/response/judge-request.js';
import type { StoredResponse } from '../../../src/response/stored-response.js';
import { type Asked, asked, control, dateIn, NOW, policy, stored } from './heads.js';

const DATE: Field = ['date', dateIn(0)];
const ETAG: Field = ['etag', '"abcd"'];

/** The verdict `seconds` after the response came. */
function judged(response: StoredResponse | undefined, seconds: number, fields: Field[] = [], changes: Asked = {}) {
  return judgeRequest(asked(fields), response, NOW + seconds * 1_000, policy(changes));
}
const kindOf = (...args: Parameters<typeof judged>) => judged(...args).kind;

describe('a stored response (RFC 9111, 4)', () => {
  const fresh = stored([control('max-age=100'), DATE, ETAG]);

  it('is used while it is fresh, and revalidated after', () => {
    expect(judged(fresh, 99)).toEqual({ kind: 'hit', ttlMs: 1_000 });
    expect(judged(fresh, 100)).toEqual({
      kind: 'revalidate',
      conditions: [['if-none-match', '"abcd"']],
      fwd: 'stale',
      onError: false,
    });
  });

  it('is revalidated by what its origin gave: ETag, Last-Modified, both, or nothing (4.3.1)', () => {
    const conditions = (...headers: Field[]) => {
      const verdict = judged(stored([control('max-age=1'), ...headers]), 2);
      return verdict.kind === 'revalidate' ? verdict.conditions : verdict.kind;
    };
    const modified = dateIn(-100);
    expect(conditions(['etag', 'W/"a"'])).toEqual([['if-none-match', 'W/"a"']]);
    expect(conditions(['last-modified', modified])).toEqual([['if-modified-since', modified]]);
    expect(conditions(ETAG, ['last-modified', modified])).toHaveLength(2);
    expect(conditions()).toEqual([]);
  });

  it.each([0, -5])('is never used unasked with no-cache, by a clock %i s off (5.2.2.4)', (seconds) => {
    const response = stored([control('max-age=100, no-cache'), ETAG]);
    expect(judged(response, seconds)).toMatchObject({ kind: 'revalidate', onError: false });
  });

  it('is used with no-cache for some of its fields only', () => {
    expect(kindOf(stored([control('max-age=100, no-cache="a"')]), 1)).toBe('hit');
  });
});

describe('stale responses (RFC 9111, 4.2.4; RFC 5861)', () => {
  it('are served while they are renewed, inside their window', () => {
    const response = stored([control('max-age=1, stale-while-revalidate=4'), ETAG]);
    expect(judged(response, 3)).toEqual({ kind: 'stale', ttlMs: -2_000, conditions: [['if-none-match', '"abcd"']] });
    expect(kindOf(response, 6)).toBe('revalidate');
  });

  it('are served for an error, inside their window', () => {
    const response = stored([control('max-age=1, stale-if-error=4'), ETAG]);
    expect(judged(response, 3)).toMatchObject({ kind: 'revalidate', onError: true });
    expect(judged(response, 6)).toMatchObject({ kind: 'revalidate', onError: false });
  });

  it('have the windows of the options where they say nothing', () => {
    const options = { staleWhileRevalidateMs: 2_000, staleIfErrorMs: 4_000 };
    const response = stored([control('max-age=1'), ETAG]);
    expect(kindOf(response, 2, [], options)).toBe('stale');
    expect(judged(response, 4, [], options)).toMatchObject({ kind: 'revalidate', onError: true });
    const strict = stored([control('max-age=1, stale-while-revalidate=0, stale-if-error=0'), ETAG]);
    expect(judged(strict, 2, [], options)).toMatchObject({ kind: 'revalidate', onError: false });
  });

  it.each(['must-revalidate', 'proxy-revalidate', 's-maxage=1', 'no-cache'])(
    'are never served with %s',
    (directive) => {
      const windows = 'stale-while-revalidate=60, stale-if-error=60';
      const response = stored([control(`max-age=1, ${directive}, ${windows}`), ETAG]);
      const options = { staleWhileRevalidateMs: 60_000, staleIfErrorMs: 60_000 };
      for (const fields of [[], [control('max-stale')]]) {
        expect(judged(response, 3, fields, options)).toMatchObject({ kind: 'revalidate', onError: false });
      }
    },
  );
});

describe('what a client may ask (RFC 9111, 5.2.1)', () => {
  const response = stored([control('max-age=1500'), ['age', '1000'], DATE, ETAG]);

  it.each<[string, number, string]>([
    ['max-age=0', 0, 'revalidate'],
    ['max-age=600', 0, 'revalidate'],
    ['max-age=1200', 0, 'hit'],
    ['max-age=1200', 300, 'revalidate'],
    ['min-fresh=1000', 0, 'revalidate'],
    ['min-fresh=100', 0, 'hit'],
    ['no-cache', 0, 'revalidate'],
    ['max-stale=1000', 600, 'hit'],
    ['max-stale', 9e4, 'hit'],
    ['max-stale=10', 600, 'revalidate'],
    ['max-stale=x', 600, 'revalidate'],
    ['no-store', 0, 'bypass'],
    ['only-if-cached', 0, 'hit'],
    ['only-if-cached', 600, 'refused'],
    ['nothing-to-see-here', 0, 'hit'],
  ])('by %s, %i s after', (directive, seconds, expected) => {
    expect(kindOf(response, seconds, [control(directive)])).toBe(expected);
  });

  it('is 504 for only-if-cached with nothing stored', () => {
    expect(kindOf(undefined, 0, [control('only-if-cached')])).toBe('refused');
  });

  it('is heard in Pragma only without Cache-Control (5.4)', () => {
    expect(kindOf(response, 0, [['pragma', 'no-cache']])).toBe('revalidate');
    expect(kindOf(response, 0, [['pragma', 'no-cache'], control('foo')])).toBe('hit');
    expect(kindOf(response, 0, [['pragma', 'foo']])).toBe('hit');
  });

  it('is not heard where the option says so', () => {
    const deaf = { requestDirectives: false };
    for (const directive of ['no-cache', 'no-store', 'max-age=0', 'min-fresh=9999']) {
      expect(kindOf(response, 0, [control(directive)], deaf)).toBe('hit');
    }
    expect(kindOf(response, 0, [['pragma', 'no-cache']], deaf)).toBe('hit');
    expect(kindOf(response, 600, [control('max-stale')], deaf)).toBe('revalidate');
  });
});

describe('what goes past the cache', () => {
  const fresh = stored([control('max-age=100')]);

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'M-SEARCH', 'get'])('%s', (method) => {
    expect(judgeRequest(asked([], method), fresh, NOW, policy())).toEqual({ kind: 'bypass', detail: 'method' });
  });

  it.each(['if-match', 'if-unmodified-since', 'upgrade'])('%s, which the origin alone may judge (4.3.2)', (name) => {
    expect(kindOf(fresh, 0, [[name, '"a"']])).toBe('bypass');
  });

  it('a HEAD that is not answered by what is stored', () => {
    const head = (response: StoredResponse | undefined, seconds: number) =>
      judgeRequest(asked([], 'HEAD'), response, NOW + seconds * 1_000, policy()).kind;
    expect([head(fresh, 1), head(fresh, 200), head(undefined, 0)]).toEqual(['hit', 'bypass', 'bypass']);
  });

  it('the answer to a range, for all others', () => {
    expect(judged(undefined, 0)).toEqual({ kind: 'miss', alone: false });
    expect(judged(undefined, 0, [['range', 'bytes=0-1']])).toEqual({ kind: 'miss', alone: true });
  });

  it.each(['x-http-method-override', 'x-method-override', 'x-http-method'])('nothing by %s', (name) => {
    expect(kindOf(fresh, 0, [[name, 'DELETE']])).toBe('hit');
  });
});
