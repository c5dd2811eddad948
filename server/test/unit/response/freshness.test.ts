import { describe, expect, it } from '@jest/globals';
import type { Field } from '../../../src/response/fields.js';
import { initialAgeMs } from '../../../src/response/freshness.js';
import { judgeResponse } from '../../../src/response/judge-response.js';
import { AT_NOW, answered, asked, control, dateIn, kept, NOW, policy } from './heads.js';

const DATE: Field = ['date', dateIn(0)];

describe('freshness of a response (RFC 9111, 4.2.1)', () => {
  it.each<[string, Field[], number]>([
    ['max-age', [control('max-age=3600')], 3600],
    ['s-maxage before a longer max-age', [control('max-age=3600, s-maxage=1')], 1],
    [
      's-maxage before a shorter max-age and Expires',
      [control('max-age=0, s-maxage=60'), ['expires', dateIn(-10)]],
      60,
    ],
    ['s-maxage on a line of its own', [control('max-age=3600'), control('s-maxage=1')], 1],
    ['max-age before a past Expires', [control('max-age=60'), ['expires', dateIn(-7200)], DATE], 60],
    ['max-age before an Expires that cannot be read', [control('max-age=60'), ['expires', '0'], DATE], 60],
    [
      'Expires less Date',
      [
        ['expires', dateIn(300)],
        ['date', dateIn(100)],
      ],
      200,
    ],
    [
      'Expires less the arrival, where Date cannot be read',
      [
        ['expires', dateIn(300)],
        ['date', 'foo'],
      ],
      300,
    ],
  ])('is by %s', (_, headers, expected) => {
    expect(kept(headers)).toBe(expected);
  });

  it.each<[string, Field[]]>([
    ['max-age=0', [control('max-age=0')]],
    ['max-age=0 with a future Expires', [control('max-age=0'), ['expires', dateIn(3600)], DATE]],
    ['a negative max-age', [control('max-age=-1')]],
    ['an Expires of now', [['expires', dateIn(0)], DATE]],
    [
      'an Expires older than Date',
      [
        ['expires', dateIn(300)],
        ['date', dateIn(400)],
      ],
    ],
    ['an Expires of 0', [['expires', '0'], DATE]],
    ['two lines of Expires', [['expires', dateIn(300)], ['expires', dateIn(300)], DATE]],
    ['an Age above max-age', [control('max-age=3600'), ['age', '7200'], DATE]],
    [
      'an Age above Expires less a slow Date',
      [
        ['expires', dateIn(10)],
        ['date', dateIn(-10)],
        ['age', '25'],
      ],
    ],
    [
      'an Age above Expires less a fast Date',
      [
        ['expires', dateIn(20)],
        ['date', dateIn(10)],
        ['age', '15'],
      ],
    ],
  ])('there is none by %s', (_, headers) => {
    expect(kept(headers)).toBe('no-validator');
    expect(kept([...headers, ['etag', '"a"']])).toBeLessThanOrEqual(0);
  });

  it('there is none where the response does not say', () => {
    expect(kept([])).toBe('no-freshness');
    expect(kept([['last-modified', dateIn(-86_400)], DATE])).toBe(0);
  });

  it('takes Date for its age where the Date is older than the answer (4.2.3)', () => {
    expect(kept([control('max-age=3600'), ['date', dateIn(-600)]])).toBe(3000);
  });

  it.each<[string, string[], number]>([
    ['no number', ['abc'], 0],
    ['a negative one', ['-7200'], 0],
    ['a float', ['7200.0'], 0],
    ['2^31 - 1', ['2147483647'], 2_147_483_647],
    ['more than 2^31', ['2147483649'], 2_147_483_648],
    ['a list, its first', ['7200, 0'], 7200],
    ['a list, its first being 0', ['0, 7200'], 0],
    ['two lines, the first', ['7200', '0'], 7200],
    ['a parameter', ['7200;foo=bar'], 0],
  ])('reads an Age that is %s (5.1)', (_, lines, expected) => {
    const headers: Field[] = [DATE, ...lines.map((line): Field => ['age', line])];
    expect(initialAgeMs(headers, AT_NOW)).toBe(expected * 1_000);
  });

  it('adds the time the answer took to its Age (4.2.3)', () => {
    const times = { requestAtMs: NOW - 5_000, responseAtMs: NOW };
    expect(initialAgeMs([['age', '10'], DATE], times)).toBe(15_000);
  });
});

describe('heuristic freshness (RFC 9111, 4.2.2)', () => {
  const heuristic = { fraction: 0.1, maxMs: 86_400_000 };
  const old: Field[] = [['last-modified', dateIn(-36_000)], DATE];

  it.each([200, 203, 204, 404, 405, 410, 414, 501])('is for %i by option, a part of its age', (status) => {
    expect(kept(old, { status, heuristic })).toBe(3600);
    expect(kept(old, { status })).toBe(0);
  });

  it.each([201, 202, 403, 502, 503, 504, 599])('is not for %i, unless it is public', (status) => {
    expect(kept(old, { status, heuristic })).toBe('no-freshness');
    expect(kept([...old, control('public')], { status, heuristic })).toBe(3600);
  });

  it('has a limit', () => {
    expect(kept([['last-modified', dateIn(-1e9)], DATE], { heuristic })).toBe(86_400);
  });
});

describe('targeted fields (RFC 9213)', () => {
  const targeted = ['cdn-cache-control'];

  it('stand in place of Cache-Control and Expires', () => {
    const future: Field = ['expires', dateIn(1e4)];
    expect(kept([control('no-store'), ['cdn-cache-control', 'max-age=60']], { targeted })).toBe(60);
    expect(kept([control('max-age=60'), ['cdn-cache-control', 'no-store']], { targeted })).toBe('no-store');
    expect(kept([control('max-age=60'), ['cdn-cache-control', 'private'], future], { targeted })).toBe('private');
    expect(kept([future, ['cdn-cache-control', 'must-revalidate']], { targeted })).toBe('no-freshness');
  });

  it('say nothing where they are no dictionary, or no option names them', () => {
    expect(kept([control('no-store'), ['cdn-cache-control', 'max-age=60, &&&']], { targeted })).toBe('no-store');
    expect(kept([control('no-store'), ['cdn-cache-control', 'max-age=60']])).toBe('no-store');
  });
});

describe('the ttl option', () => {
  it('stands in place of what the response says of its freshness', () => {
    expect(kept([], { ttlMs: 30_000 })).toBe(30);
    expect(kept([control('max-age=5'), ['age', '100']], { ttlMs: 30_000 })).toBe(30);
  });

  it.each(['private', 'no-store'])('does not overrule %s', (directive) => {
    expect(kept([control(directive)], { ttlMs: 30_000 })).toBe(directive);
  });

  it('does not overrule no-cache', () => {
    expect(kept([control('no-cache'), ['etag', '"a"']], { ttlMs: 30_000 })).toBe(0);
  });

  it.each([201, 302, 400, 401, 403, 429, 500, 502, 503])('keeps no %i', (status) => {
    expect(kept([], { ttlMs: 30_000, status })).toBe('no-freshness');
  });
});

describe('how long an entry is kept', () => {
  const keepForMs = (headers: Field[], changes = {}) => {
    const judged = judgeResponse(asked(), answered(headers), AT_NOW, policy(changes));
    return judged.store ? judged.keepForMs / 1_000 : judged.reason;
  };

  it('is its freshness, the longest stale window, and with a validator the time to revalidate', () => {
    expect(keepForMs([control('max-age=10')])).toBe(10);
    expect(keepForMs([control('max-age=10, stale-while-revalidate=5, stale-if-error=20')])).toBe(30);
    expect(keepForMs([control('max-age=10'), ['etag', '"a"']], { retainMs: 60_000 })).toBe(70);
    expect(keepForMs([control('max-age=10, must-revalidate, stale-if-error=20')])).toBe(10);
    expect(keepForMs([control('s-maxage=10, stale-while-revalidate=20')])).toBe(10);
  });

  it('is a year at most', () => {
    expect(keepForMs([control('max-age=99999999999')])).toBe(365 * 86_400);
  });
});
