import { inspect, isDeepStrictEqual } from 'node:util';
import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { createJsonCodec, jsonCodec } from '../../../src/cache/json-codec.js';
import { MAX_DEPTH } from '../../../src/cache/restate-value.js';

const encode = (value: unknown) => jsonCodec.encode(value) as Buffer;
const roundTrip = (value: unknown) => jsonCodec.decode(encode(value));
const differs = (value: unknown) => jsonCodec.differs?.(encode(value));
const refused = (code: string) => expect.objectContaining({ code });
const unreadable = expect.objectContaining({ name: 'UnreadableEntry', reason: 'codec' });

/** Nested so many levels, from the inside out so that no test recurses. */
function nested(levels: number, wrap: (inner: unknown) => unknown = (inner) => [inner]): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = wrap(value);
  return value;
}

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withNullPrototype: true,
  withSparseArray: true,
  withBoxedValues: true,
  withObjectString: true,
  withUnicodeString: true,
  key: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '$t', 'length', 'hasOwnProperty')),
});

describe('jsonCodec', () => {
  it('gives JSON values back equal', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(roundTrip(value)).toStrictEqual(value);
        expect(differs(value)).toBe(false);
      }),
    );
  });

  it('gives everything it takes back equal, or says that it differs, and then twice is as once', () => {
    fc.assert(
      fc.property(anything, (value) => {
        // No test library calls two sets of invalid dates equal; dates by themselves have a test of their own.
        fc.pre(value !== undefined && !inspect(value, { depth: Number.POSITIVE_INFINITY }).includes('Invalid Date'));
        const decoded = roundTrip(value);
        // Jest's equality asks objects for their `constructor`, which here is a field like the others.
        if (!differs(value)) expect(isDeepStrictEqual(decoded, value)).toBe(true);
        expect(isDeepStrictEqual(roundTrip(decoded), decoded)).toBe(true);
        expect(differs(decoded)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['dates', { at: new Date(0), list: [new Date(5)] }],
    [
      'maps and sets, nested',
      new Map<unknown, unknown>([
        ['a', new Set([1, new Date(1), new Map([[{ k: 1n }, new Set()]])])],
        [new Date(2), 'b'],
      ]),
    ],
    ['bigints', { n: 12345678901234567890n, m: -255n, zero: 0n }],
    ['bytes', { empty: Buffer.alloc(0), some: Buffer.from([0, 255, 10]) }],
    ['typed arrays', [new Uint8Array([1, 2]), new Float64Array([0.5, Number.NaN, -0]), new BigInt64Array([-1n])]],
    ['a view into a larger buffer', new Uint16Array(new Uint16Array([1, 2, 3, 4]).buffer, 2, 2)],
    ['undefined in objects and arrays', { a: undefined, b: [1, undefined, 3] }],
    ['numbers JSON has no word for', [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0]],
    ['objects that look like a tag', { $t: ['date', 5], deep: { $t: 'x', at: new Date(7) } }],
    ['strings that are no Unicode', { lone: '\ud800', nul: '\0', mark: '\x01[1]' }],
    ['fields named __proto__', JSON.parse('{"__proto__":{"a":1},"b":[{"__proto__":null}]}')],
  ])('gives %s back as they went in', (_name, value) => {
    expect(roundTrip(value)).toStrictEqual(value);
    expect(differs(value)).toBe(false);
  });

  it('keeps fields named __proto__ fields where tags stand beside and below them', () => {
    const value = JSON.parse('{"__proto__":{"list":[]}}');
    value.at = new Date(1);
    Object.getOwnPropertyDescriptor(value, '__proto__')?.value.list.push(new Date(2));
    const decoded = roundTrip(value) as object;
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
    expect(decoded).toStrictEqual(value);
  });

  class Account {
    constructor(readonly owner: string) {}
    greet() {
      return `hello ${this.owner}`;
    }
  }
  class Price extends Date {}

  it.each([
    [
      'what toJSON says, with its dates, bigints and look-alikes of a tag',
      { money: { toJSON: () => ({ n: 5n, at: new Date(3), look: { $t: ['evil', 1] } }) } },
      { money: { n: 5n, at: new Date(3), look: { $t: ['evil', 1] } } },
    ],
    ['the fields of an instance', [new Account('ann')], [{ owner: 'ann' }]],
    ['a field of an object without a prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    ['undefined for a hole', Object.assign(new Array(3), { 0: 1, 2: 3 }), [1, undefined, 3]],
    ['the value in a box', { n: Object(5), s: Object('five') }, { n: 5, s: 'five' }],
    ['a date of a class of its own', new Price(5), new Date(5)],
    ['the address of a URL', { url: new URL('https://a.example/b') }, { url: 'https://a.example/b' }],
  ])('takes %s, and says that it differs', (_name, value, decoded) => {
    expect(roundTrip(value)).toStrictEqual(decoded);
    expect(differs(value)).toBe(true);
  });

  it('asks toJSON once', () => {
    const toJSON = jest.fn(() => 1);
    encode({ deep: [{ toJSON }] });
    expect(toJSON).toHaveBeenCalledTimes(1);
  });

  it('leaves the original as it was', () => {
    const value = Object.freeze({ at: Object.freeze([new Date(1)]), n: Object.freeze({ big: 1n }) });
    encode(value);
    expect(value).toStrictEqual({ at: [new Date(1)], n: { big: 1n } });
  });

  it('keeps an invalid date invalid', () => {
    expect((roundTrip({ at: new Date(Number.NaN) }) as { at: Date }).at.getTime()).toBeNaN();
  });

  it('refuses what cannot come back', () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    const loop = new Map<string, unknown>();
    loop.set('self', new Set([loop]));
    const endless = { toJSON: () => ({ ...endless }) };
    const lost = [Promise.resolve(1), /x/, new Error('x'), new ArrayBuffer(1), new WeakMap(), [].values()];
    const fails = Object.assign(new Error('x'), { code: 'E' });
    const values = [() => 1, { f() {} }, Symbol('x'), cycle, loop, endless, fails, { deep: [Promise.resolve(1)] }];
    for (const value of [undefined, { toJSON: () => undefined }, ...values, ...lost]) {
      expect(() => encode(value)).toThrow(refused('VALUE_NOT_CACHEABLE'));
    }
  });

  it.each([
    ['lists', (inner: unknown) => [inner]],
    ['objects', (inner: unknown) => ({ a: inner })],
    ['maps', (inner: unknown) => new Map([[1, inner]])],
    ['objects that look like a tag', (inner: unknown) => ({ $t: inner })],
  ])('takes %s of 500 levels and no more', (_name, wrap) => {
    const deepest = nested(MAX_DEPTH, wrap);
    expect(encode(roundTrip(deepest)).equals(encode(deepest))).toBe(true);
    for (const levels of [MAX_DEPTH + 1, 100_000]) {
      expect(() => encode(nested(levels, wrap))).toThrow(refused('VALUE_NOT_CACHEABLE'));
    }
  });

  it('refuses values above its limit before they are written out', () => {
    const small = createJsonCodec(10_000);
    const stringify = jest.spyOn(JSON, 'stringify');
    const many = nested(40, (inner) => [inner, inner]); // 2^40 values that share their parts
    for (const value of [
      'x'.repeat(20_000),
      new Array(20_000).fill(0),
      Buffer.alloc(20_000),
      many,
      new Array(2 ** 32 - 1),
    ]) {
      expect(() => small.encode({ value })).toThrow(refused('ENTRY_TOO_LARGE'));
    }
    expect(stringify).not.toHaveBeenCalled();
    stringify.mockRestore();
    expect(small.decode(small.encode('x'.repeat(9_000)) as Buffer)).toHaveLength(9_000);
  });

  it('decodes what it may, and throws UnreadableEntry on every other payload', () => {
    const bytes = fc.uint8Array({ maxLength: 40 });
    const document = fc.tuple(fc.constantFrom('', '\x01', '\x02', '\x03'), fc.json()).map((parts) => parts.join(''));
    const kinds = fc.constantFrom(
      'date',
      'map',
      'set',
      'object',
      'bigint',
      'bytes',
      'number',
      'undefined',
      'Float64Array',
    );
    const tagged = fc.tuple(kinds, fc.jsonValue()).map((tag) => `\x01${JSON.stringify([{ $t: tag }, { $t: tag[1] }])}`);
    fc.assert(
      fc.property(fc.oneof(bytes, document, tagged), (payload) => {
        let decoded: unknown;
        try {
          decoded = jsonCodec.decode(Buffer.from(payload as Uint8Array));
        } catch (error) {
          expect(error).toEqual(unreadable);
          return;
        }
        expect(isDeepStrictEqual(roundTrip(decoded), decoded)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['an unknown kind', '\x09[1]'],
    ['nothing', ''],
    ['half a document', '{"secret":"canary-4711'],
    ['no value', '\x01{"$t":["undefined"]}'],
    ['501 levels', `${'['.repeat(501)}${']'.repeat(501)}`],
    ['501 levels beside a tag', `\x01[{"$t":["number","-0"]},${'['.repeat(500)}${']'.repeat(501)}`],
    ['501 levels of tags', `\x01${'{"$t":["set",['.repeat(501)}${']]}'.repeat(501)}`],
    ['an unknown tag', '\x01{"$t":["what"]}'],
    ['a tag that is no list', '\x01{"$t":"date"}'],
    ['a map of numbers', '\x01{"$t":["map",[1,2]]}'],
    ['a map of a text', '\x01{"$t":["map","ab"]}'],
    ['a set of a text', '\x01{"$t":["set","ab"]}'],
    ['a date of an object', '\x01{"$t":["date",{}]}'],
    ['a bigint of a fraction', '\x01{"$t":["bigint","1.5"]}'],
    ['a bigint of nothing', '\x01{"$t":["bigint",""]}'],
    ['a number by another name', '\x01{"$t":["number","0x10"]}'],
    ['a type that is no typed array', '\x01{"$t":["Function","AAAA"]}'],
    ['half an element', '\x01{"$t":["Float64Array","AAAA"]}'],
  ])('throws on %s, and says nothing of it', (_name, text) => {
    const decode = () => jsonCodec.decode(Buffer.from(text));
    expect(decode).toThrow(unreadable);
    expect(decode).toThrow(/^unreadable entry: codec$/);
  });
});
