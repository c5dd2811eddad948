import { describe, expect, it } from '@jest/globals';
import {
  isUnqualified,
  MAX_SECONDS,
  parseDirectives,
  qualifiedFields,
  seconds,
} from '../../../src/response/cache-control.js';
import { listMembers } from '../../../src/response/fields.js';
import { httpDateMs } from '../../../src/response/http-dates.js';
import { targetedControl } from '../../../src/response/targeted-control.js';
import { NOW } from './heads.js';

describe('Cache-Control (RFC 9111, 5.2)', () => {
  it.each([
    ['max-age=3600', 3600],
    ['MaX-aGe=3600', 3600],
    ['foobar, max-age=3600', 3600],
    ['max-age="3600"', 3600],
    ['max-age=003600', 3600],
    ['max-age=99999999999', MAX_SECONDS],
    [`max-age=${'9'.repeat(400)}`, MAX_SECONDS],
    [',, max-age=1 ,,', 1],
    ['\tmax-age=7\t', 7],
    ['max-age=1800, max-age=1', 1],
    ['max-age=1, max-age=1800', 1],
  ])('reads %s', (text, expected) => {
    expect(seconds(parseDirectives(text), 'max-age')).toBe(expected);
  });

  it.each([
    "max-age='3600'",
    'max-age=-3600',
    'max-age=3600.5',
    'max-age=a3600',
    'max-age=3600a',
    'max-age',
    'max-age=',
    'max-age =3600',
    'max-age= 3600',
    'max-age="36 00"',
    'max-age=0x10',
    'max-age=1e3',
    'max-age=٣',
  ])('takes %s for stale: what cannot be read is not fresh (4.2.1)', (text) => {
    expect(seconds(parseDirectives(text), 'max-age')).toBe(0);
  });

  it('finds no directive inside a quoted string', () => {
    const directives = parseDirectives('extension="max-age=3600, no-store", max-age=1');
    expect(seconds(directives, 'max-age')).toBe(1);
    expect(directives.has('no-store')).toBe(false);
    expect(parseDirectives('a="\\", private", max-age=2').has('private')).toBe(false);
  });

  it('hides nothing behind a quote that never closes', () => {
    expect(parseDirectives('max-age=60, ext="oops, no-store').has('no-store')).toBe(true);
    expect(parseDirectives('ext="a\\", private').has('private')).toBe(true);
    expect(parseDirectives('"').has('"')).toBe(true);
  });

  it('tells no-cache of the response from no-cache of some of its fields (5.2.2.4)', () => {
    const some = parseDirectives('no-cache="A, x-b"');
    expect(isUnqualified(some, 'no-cache')).toBe(false);
    expect(qualifiedFields(some, 'no-cache')).toEqual(['a', 'x-b']);
    expect(isUnqualified(parseDirectives('no-cache="a", no-cache'), 'no-cache')).toBe(true);
    expect(isUnqualified(parseDirectives('no-cache=a'), 'no-cache')).toBe(true);
  });
});

describe('targeted fields (RFC 9213)', () => {
  const read = (value: string) => targetedControl([['cdn-cache-control', value]], ['cdn-cache-control']);

  it('are read as a dictionary', () => {
    const directives = read('max-age=60, private, stale-if-error=5;a=1, ext="x, y"');
    expect(seconds(directives ?? new Map(), 'max-age')).toBe(60);
    expect([...(directives ?? [])].map(([name]) => name)).toEqual(['max-age', 'private', 'stale-if-error', 'ext']);
  });

  it.each(['max-age=10000, &&&&&', 'MaX-aGe=3600', 'max-age =100', 'max-age= 100', 'max-age=1,', '', 'a=é'])(
    'are ignored whole where they are none: %s',
    (value) => {
      expect(read(value)).toBeUndefined();
    },
  );

  it('lose a directive of the wrong type, and one that is false', () => {
    expect(read('max-age="10000", no-store=?0, private')).toEqual(new Map([['private', ['']]]));
  });

  it('count in the order of the option', () => {
    const fields = [
      ['cdn-cache-control', 'max-age=1'],
      ['tenantcache-cache-control', 'max-age=2'],
    ] as const;
    const directives = targetedControl(fields, ['tenantcache-cache-control', 'cdn-cache-control']);
    expect(directives).toEqual(new Map([['max-age', ['2']]]));
  });
});

describe('dates (RFC 9110, 5.6.7)', () => {
  const at = Date.UTC(2050, 7, 18, 2, 1, 18);

  it.each([
    'Thu, 18 Aug 2050 02:01:18 GMT',
    'THU, 18 AUG 2050 02:01:18 gMT',
    'Thursday, 18-Aug-50 02:01:18 GMT',
    'Thu Aug 18 02:01:18 2050',
  ])('reads %s', (text) => {
    expect(httpDateMs(text, NOW)).toBe(at);
  });

  it('reads a day of one digit of asctime, and a two-digit year of the last 50', () => {
    expect(httpDateMs('Mon Aug  8 02:01:18 2050', NOW)).toBe(Date.UTC(2050, 7, 8, 2, 1, 18));
    expect(httpDateMs('Sunday, 06-Nov-94 08:49:37 GMT', NOW)).toBe(Date.UTC(1994, 10, 6, 8, 49, 37));
  });

  it.each([
    'Thu, 18 Aug 2050 02:01:18 UTC',
    'Thu, 18 Aug 2050 02:01:18 AEST',
    'Thu, 18 Aug 50 02:01:18 GMT',
    'Thu 18 Aug 2050 02:01:18 GMT',
    'Thu, 18  Aug  2050 02:01:18 GMT',
    'Thu, 18-Aug-2050 02:01:18 GMT',
    'Thu, 18 Aug 2050 02.01.18 GMT',
    'Thu, 18 Aug 2050 2:01:18 GMT',
    'Thu, 31 Feb 2050 02:01:18 GMT',
    'Thu, 00 Aug 2050 02:01:18 GMT',
    'Thu, 18 Aug 2050 25:01:18 GMT',
    'Thu, 18 Xxx 2050 02:01:18 GMT',
    '2050-08-18T02:01:18Z',
    '0',
    '',
  ])('does not guess at %s', (text) => {
    expect(httpDateMs(text, NOW)).toBeUndefined();
  });
});

/** A parser that went back over its input would take minutes for these; the runner's own limit is the assertion. */
describe('values of 1 MB', () => {
  const MIB = 1024 * 1024;

  it.each([',', '"', '",', '\\"', ' ', 'a="', 'a=",', '"\\', 'max-age=1,', '=', ' ,\t', '"a" '])(
    'of %j are read in one pass',
    (unit) => {
      const text = unit.repeat(MIB / unit.length);
      expect(listMembers(text).length).toBeGreaterThan(0);
      expect(seconds(parseDirectives(`${text}"", max-age=5`), 'max-age')).toBeDefined();
      expect(() => targetedControl([['c', text]], ['c'])).not.toThrow();
      expect(httpDateMs(text, NOW)).toBeUndefined();
    },
  );
});
