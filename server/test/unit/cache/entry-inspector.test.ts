import { describe, expect, it } from '@jest/globals';
import { compressingCodec } from '../../../src/cache/compressing-codec.js';
import { EntryInspector } from '../../../src/cache/entry-inspector.js';
import { createJsonCodec } from '../../../src/cache/json-codec.js';
import { shownValue } from '../../../src/cache/shown-value.js';
import type { StoredEntry } from '../../../src/core/contracts.js';
import { fail } from '../../../src/core/errors.js';
import { tenantId } from '../../../src/core/tenant-id.js';

const ACME = tenantId('acme');
const MAX_BYTES = 64 * 1_048_576;

/** An inspector over one entry, whose codec counts what it decodes. */
async function over(value: unknown, rest: Partial<StoredEntry> = {}) {
  const json = createJsonCodec(MAX_BYTES);
  let decoded = 0;
  const inner = {
    encode: json.encode,
    decode: (payload: Buffer) => {
      decoded++;
      return json.decode(payload);
    },
  };
  const compression = { thresholdBytes: 1_000, algorithm: undefined };
  const codec = compressingCodec(inner, { compression, maxDecodedBytes: MAX_BYTES });
  const payload = await codec.encode(value);
  const times = { createdAtMs: Date.now() - 1_000, ttlMs: 5_000, graceMs: 0 };
  const stored: StoredEntry = { payload, sequence: 7, ...times, ...rest };
  const inspector = new EntryInspector({ store: { get: async () => stored }, codec, sealer: undefined });
  return { inspector, decoded: () => decoded, payload };
}

describe('a look at one entry', () => {
  it('unpacks nothing that says of itself that it is too large, nor anything for its description', async () => {
    const { inspector, decoded, payload } = await over('x'.repeat(1_000_000));
    expect(payload.length).toBeLessThan(2_000);
    const description = await inspector.describe(ACME, 'r', 'k');
    expect(description).toMatchObject({ valueBytes: 1_000_002, compression: 'brotli', payloadBytes: payload.length });
    expect((await inspector.value(ACME, 'r', 'k', 1_000_001))?.value).toEqual({ shown: false, why: 'too-large' });
    expect(decoded()).toBe(0);
    expect((await inspector.value(ACME, 'r', 'k', 1_000_002))?.value).toMatchObject({ shown: true, bytes: 1_000_002 });
    expect(decoded()).toBe(1);
  });

  it('tells grace from freshness, and finds nothing once that is over', async () => {
    const of = async (rest: Partial<StoredEntry>) => (await over(1, rest)).inspector.describe(ACME, 'r', 'k');
    expect(await of({ ttlMs: 500, graceMs: 60_000 })).toMatchObject({ state: 'grace', ageMs: expect.any(Number) });
    expect(await of({ ttlMs: 500, graceMs: 400 })).toBeUndefined();
    expect(await of({ ttlMs: 60_000, tags: ['a'], loadMs: 5, priority: 2 })).toMatchObject({
      state: 'fresh',
      tags: ['a'],
      loadMs: 5,
      priority: 2,
    });
    // A clock that is ahead of this one makes nothing younger than new.
    expect(await of({ createdAtMs: Date.now() + 60_000 })).toMatchObject({ ageMs: 0 });
  });

  it('says why what is no value of ours cannot be read', async () => {
    for (const [payload, unreadable] of [
      [Buffer.from([0x9f, 1, 2, 3, 4, 5, 6]), 'codec'],
      [Buffer.from([0x81]), 'codec'],
    ] as const) {
      const { inspector } = await over(1, { payload });
      expect(await inspector.describe(ACME, 'r', 'k')).toMatchObject({ unreadable, valueBytes: undefined });
      expect((await inspector.value(ACME, 'r', 'k', 10))?.value).toEqual({ shown: false, why: 'unreadable' });
    }
    const { inspector } = await over(1, { payload: Buffer.from('{no json') });
    const found = await inspector.value(ACME, 'r', 'k', 100);
    expect(found).toMatchObject({ value: { shown: false, why: 'unreadable' }, entry: { unreadable: 'codec' } });
  });

  it('asks the store three times before it gives up', async () => {
    let asked = 0;
    const store = {
      get: async () => {
        asked++;
        throw fail('STORE_UNAVAILABLE');
      },
    };
    const inspector = new EntryInspector({ store, codec: createJsonCodec(MAX_BYTES), sealer: undefined });
    await expect(inspector.describe(ACME, 'r', 'k')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(asked).toBe(3);
  });
});

describe('a value as people see it', () => {
  it('is told to be none where a foreign codec made what JSON cannot show', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const bomb = {
      get value(): never {
        throw new Error('SECRET');
      },
    };
    const deep: unknown[] = [];
    let at = deep;
    for (let n = 0; n < 200_000; n++) {
      const next: unknown[] = [];
      at.push(next);
      at = next;
    }
    for (const value of [circle, bomb, deep, undefined, () => 1, Symbol('s')]) {
      expect(shownValue(value, 1_000)).toEqual({ shown: false, why: 'not-json' });
    }
  });

  it('is JSON, with a name for what JSON has no form for, and no longer than it may be', () => {
    const json = (value: unknown) => (shownValue(value, 1_000) as { json: unknown }).json;
    expect([json(null), json(0), json('a'), json([1, undefined])]).toEqual([null, 0, 'a', [1, null]]);
    expect(json(-(2n ** 70n))).toEqual({ $type: 'bigint', value: '-1180591620717411303424' });
    expect(json(Float64Array.of(1, 2.5))).toEqual({ $type: 'Float64Array', items: [1, 2.5] });
    expect(json(new Map([[new Set([1n]), new Map()]]))).toEqual({
      $type: 'map',
      entries: [
        [
          { $type: 'set', items: [{ $type: 'bigint', value: '1' }] },
          { $type: 'map', entries: [] },
        ],
      ],
    });
    expect(json(JSON.parse('{"__proto__":{"admin":true}}'))).toEqual(JSON.parse('{"__proto__":{"admin":true}}'));
    expect(shownValue('é'.repeat(4), 10)).toMatchObject({ shown: true, bytes: 10 });
    expect(shownValue('é'.repeat(4), 9)).toEqual({ shown: false, why: 'too-large' });
  });
});
