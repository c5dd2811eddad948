import { describe, expect, it } from '@jest/globals';
import { answerFrom } from '../../../src/response/answer-from.js';
import type { Field } from '../../../src/response/fields.js';
import { type Asked, asked, control, dateIn, NOW, stored } from './heads.js';

const FRESH = control('max-age=3600');
const ETAG: Field = ['etag', '"abcdef"'];

function answer(headers: readonly Field[], fields: readonly Field[] = [], method = 'GET', changes: Asked = {}) {
  const given = answerFrom(asked(fields, method), stored([FRESH, ...headers], '01234567890', changes), NOW + 5_500);
  return { ...given, headers: Object.fromEntries(given.headers), body: given.body?.toString() };
}

describe('an answer from what is stored (RFC 9111, 4)', () => {
  it('has its age in whole seconds, with the age it came with (5.1)', () => {
    expect(answer([]).headers.age).toBe('5');
    expect(
      answer([
        ['age', '30'],
        ['date', dateIn(0)],
      ]).headers.age,
    ).toBe('35');
  });

  it('has the Date and the fields that were stored', () => {
    const { status, headers, body } = answer([
      ['date', dateIn(-2)],
      ['a', '1'],
      ['content-type', 'text/plain'],
    ]);
    expect([status, body]).toEqual([200, '01234567890']);
    expect(headers).toMatchObject({ date: dateIn(-2), a: '1', 'content-type': 'text/plain', 'content-length': '11' });
  });

  it('to HEAD is the same without a body (RFC 9110, 9.3.2)', () => {
    const { headers, body } = answer([], [], 'HEAD');
    expect([body, headers['content-length']]).toEqual([undefined, '11']);
  });

  it('with 204 has no body and no length', () => {
    const { status, headers, body } = answer([], [], 'GET', { status: 204 });
    expect([status, body, headers['content-length']]).toEqual([204, undefined, undefined]);
  });
});

describe('If-None-Match (RFC 9110, 13.1.2)', () => {
  it.each<[string, string]>([
    ['"abcdef"', '"abcdef"'],
    ['"abcdef"', 'W/"abcdef"'],
    ['W/"abcdef"', 'W/"abcdef"'],
    ['W/"abcdef"', '"abcdef"'],
    ['"abcdef"', '"abcdef", "1234", "5678"'],
    ['"abcdef"', '"1234", "abcdef", "5678"'],
    ['"abcdef"', '"1234","5678" , "abcdef"'],
    ['"a,b"', '"a,b"'],
    ['"abcdefü"', '"abcdefü"'],
    ['"abcdef"', '*'],
  ])('makes a 304 of %s for %s', (etag, condition) => {
    const { status, headers, body } = answer([['etag', etag]], [['if-none-match', condition]]);
    expect([status, headers.etag, body]).toEqual([304, etag, undefined]);
  });

  it.each(['"abc"', '"abcdef', 'abcdef', '"1", "2"', '', '"ABCDEF"'])('does not for %s', (condition) => {
    expect(answer([ETAG], [['if-none-match', condition]]).status).toBe(200);
  });

  it('goes before If-Modified-Since, both ways (13.2.2)', () => {
    const modified: Field = ['last-modified', dateIn(-5_000)];
    const match: Field[] = [
      ['if-none-match', '"abcdef"'],
      ['if-modified-since', dateIn(-10_000)],
    ];
    const differ: Field[] = [
      ['if-none-match', '"other"'],
      ['if-modified-since', dateIn(0)],
    ];
    expect([answer([ETAG, modified], match).status, answer([ETAG, modified], differ).status]).toEqual([304, 200]);
  });

  it('finds the ETag that the cache made of the bytes', () => {
    const etag = answer([]).headers.etag as string;
    expect(answer([], [['if-none-match', etag]]).status).toBe(304);
  });

  it('says nothing of an answer that is no success (13.2.1)', () => {
    expect(answer([ETAG], [['if-none-match', '"abcdef"']], 'GET', { status: 404 }).status).toBe(404);
  });
});

describe('If-Modified-Since (RFC 9110, 13.1.3)', () => {
  const modified: Field = ['last-modified', dateIn(-3_000)];

  it.each<[number, number]>([
    [-3_000, 304],
    [-2_000, 304],
    [-3_001, 200],
  ])('%i s from now', (seconds, status) => {
    expect(answer([modified], [['if-modified-since', dateIn(seconds)]]).status).toBe(status);
  });

  it('reads the obsolete form of a date, and is ignored where it is none', () => {
    const day = new Date(NOW - 3_000_000);
    const text = `Saturday, 21-Nov-26 ${day.toISOString().slice(11, 19)} GMT`;
    expect(answer([modified], [['if-modified-since', text]]).status).toBe(304);
    expect(answer([modified], [['if-modified-since', 'yesterday']]).status).toBe(200);
  });

  it('goes by Date where there is no Last-Modified (RFC 9111, 4.3.2)', () => {
    expect(answer([['date', dateIn(0)]], [['if-modified-since', dateIn(0)]]).status).toBe(304);
    expect(answer([['date', dateIn(0)]], [['if-modified-since', dateIn(-1)]]).status).toBe(200);
  });
});

describe('a 304 (RFC 9110, 15.4.5)', () => {
  it('has what a client may have to change, and nothing of the body', () => {
    const of: Field[] = [ETAG, ['vary', 'foo'], ['content-location', '/a'], ['content-type', 'text/plain']];
    const { headers } = answer([...of, ['expires', dateIn(9)], ['content-encoding', 'gzip']], [['if-none-match', '*']]);
    expect(Object.keys(headers).sort()).toEqual(
      ['age', 'cache-control', 'content-location', 'date', 'etag', 'expires', 'vary'].sort(),
    );
  });
});

describe('Range of a stored body (RFC 9110, 14.2)', () => {
  const ranged = (range: string, headers: Field[] = [], more: Field[] = []) => {
    const { status, headers: given, body } = answer(headers, [['range', range], ...more]);
    return [status, body, given['content-range']];
  };

  it.each<[string, string, string]>([
    ['bytes=0-1', '01', 'bytes 0-1/11'],
    ['bytes=1-', '1234567890', 'bytes 1-10/11'],
    ['bytes=-1', '0', 'bytes 10-10/11'],
    ['bytes=5-99999999999999', '567890', 'bytes 5-10/11'],
    ['bytes=-99', '01234567890', 'bytes 0-10/11'],
  ])('%s is a part', (range, body, contentRange) => {
    expect(ranged(range)).toEqual([206, body, contentRange]);
  });

  it.each(['bytes=5-2', 'bytes=99-98', 'bytes=1-0'])('%s is none, and counts for nothing', (range) => {
    expect(ranged(range)).toEqual([200, '01234567890', undefined]);
  });

  it.each(['bytes=11-', 'bytes=99-100', 'bytes=-0'])('%s cannot be met', (range) => {
    expect(ranged(range)).toEqual([416, '', 'bytes */11']);
  });

  it.each(['bytes=0-1,3-4', 'bytes=', 'bytes=a-b', 'items=0-1', 'bytes', 'bytes=0-1, ', `bytes=0-${'9'.repeat(5e4)}x`])(
    'is answered with the whole for %.20s',
    (range) => {
      expect(ranged(range)).toEqual([200, '01234567890', undefined]);
    },
  );

  it('has the length of the part, and the fields that are stored', () => {
    const { headers } = answer(
      [
        ['a', '1'],
        ['content-length', '11'],
      ],
      [['range', 'bytes=2-4']],
    );
    expect(headers).toMatchObject({ a: '1', 'content-length': '3' });
  });

  it('is not made of a body that is not the whole, nor where the handler forbids it', () => {
    expect(ranged('bytes=0-1', [['content-range', 'bytes 0-10/50']])[0]).toBe(200);
    expect(ranged('bytes=0-1', [['accept-ranges', 'none']])[0]).toBe(200);
    expect(answer([], [['range', 'bytes=0-1']], 'HEAD').status).toBe(200);
    expect(answer([], [['range', 'bytes=0-1']], 'GET', { status: 404 }).status).toBe(404);
  });

  it('comes after the conditions (13.2.2)', () => {
    expect(ranged('bytes=0-1', [ETAG], [['if-none-match', '"abcdef"']])[0]).toBe(304);
  });

  it.each<[string, string, number]>([
    ['"abcdef"', '"abcdef"', 206],
    ['"abcdef"', '"other"', 200],
    ['W/"abcdef"', 'W/"abcdef"', 200],
    ['"abcdef"', 'W/"abcdef"', 200],
  ])('with ETag %s and If-Range %s is %i: strong comparison (13.1.5)', (etag, validator, status) => {
    expect(ranged('bytes=0-1', [['etag', etag]], [['if-range', validator]])[0]).toBe(status);
  });

  it.each<[number, number, number]>([
    [-3_000, -3_000, 206],
    [-3_000, -2_000, 200],
    [0, 0, 200],
  ])('with Last-Modified %i s and If-Range %i s is %i', (modified, validator, status) => {
    expect(ranged('bytes=0-1', [['last-modified', dateIn(modified)]], [['if-range', dateIn(validator)]])[0]).toBe(
      status,
    );
  });
});
