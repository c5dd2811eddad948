import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jsonCodec } from '../../../src/cache/json-codec.js';

const roundTrip = (value: unknown) => jsonCodec.decode(jsonCodec.encode(value));

describe('jsonCodec', () => {
  it('gives JSON values back equal', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(roundTrip(value)).toEqual(value);
      }),
    );
  });

  it.each([
    ['dates', { at: new Date(0), list: [new Date(5)] }],
    [
      'maps and sets',
      new Map<unknown, unknown>([
        ['a', new Set([1, new Date(1)])],
        [new Date(2), 'b'],
      ]),
    ],
    ['bigints', { n: 12345678901234567890n }],
    ['bytes', Buffer.from([0, 255, 10])],
    ['undefined in objects and arrays', { a: undefined, b: [1, undefined, 3] }],
    ['numbers JSON has no word for', [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0]],
    ['objects that look like a tag', { $t: ['date', 5], deep: { $t: 'x', at: new Date(7) } }],
  ])('gives %s back as they went in', (_name, value) => {
    expect(roundTrip(value)).toStrictEqual(value);
  });

  it('takes what toJSON says, with its dates, bigints and look-alikes of a tag', () => {
    const money = { toJSON: () => ({ n: 5n, at: new Date(3), look: { $t: ['evil', 1] } }) };
    expect(roundTrip({ money })).toStrictEqual({ money: { n: 5n, at: new Date(3), look: { $t: ['evil', 1] } } });
  });

  it('keeps an invalid date invalid', () => {
    expect((roundTrip({ at: new Date(Number.NaN) }) as { at: Date }).at.getTime()).toBeNaN();
  });

  it('does not pollute prototypes', () => {
    const hostile = JSON.parse('{"__proto__":{"polluted":true},"at":{"$t":["date",1]}}');
    roundTrip(hostile);
    const tagged = jsonCodec.decode(
      Buffer.concat([Buffer.from([1]), Buffer.from('{"__proto__":{"polluted":{"$t":["number","1"]}}}')]),
    );
    expect((tagged as { polluted?: unknown }).polluted).toBeUndefined();
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('refuses what cannot come back', () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    const lost = [Promise.resolve(1), /x/, new Error('x'), new ArrayBuffer(1), new WeakMap(), new Float64Array(1)];
    for (const value of [undefined, () => 1, { f() {} }, Symbol('x'), cycle, ...lost, { deep: [Promise.resolve(1)] }]) {
      expect(() => jsonCodec.encode(value)).toThrow(expect.objectContaining({ code: 'VALUE_NOT_CACHEABLE' }));
    }
  });

  it('throws on every payload it did not write', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        let decoded: unknown;
        try {
          decoded = jsonCodec.decode(Buffer.from(bytes));
        } catch {
          return;
        }
        expect(() => JSON.stringify(decoded)).not.toThrow(RangeError);
      }),
    );
    expect(() => jsonCodec.decode(Buffer.from([9, 49]))).toThrow('unknown document kind 9');
    expect(() => jsonCodec.decode(Buffer.alloc(0))).toThrow();
    expect(() => jsonCodec.decode(Buffer.from('\x01{"$t":["what"]}'))).toThrow('unknown tag what');
  });
});
