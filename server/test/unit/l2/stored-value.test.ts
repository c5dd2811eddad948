import assert from 'node:assert/strict';
import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import type { EntryBody } from '../../../src/core/contracts.js';
import { storedValueBytes } from '../../../src/core/stored-size.js';
import { PackedWriter } from '../../../src/l2/packed-writer.js';
import { decodeValue, packValue } from '../../../src/l2/stored-value.js';

const HEADER_BYTES = 13;
const DAY_MS = 86_400_000;

const bodies: fc.Arbitrary<EntryBody> = fc.record({
  payload: fc
    .oneof(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ minLength: 990, maxLength: 1_060 }))
    .map((bytes) => Buffer.from(bytes)),
  ttlMs: fc.integer({ min: 1, max: 400 * DAY_MS }),
  graceMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 400 * DAY_MS })),
  tags: fc.option(fc.array(fc.stringMatching(/^[a-zä😀:]{1,20}$/u), { maxLength: 32 }), { nil: undefined }),
  loadMs: fc.option(fc.nat(600_000), { nil: undefined }),
  sealed: fc.option(fc.constant(true), { nil: undefined }),
  priority: fc.option(fc.constantFrom(1, 2, 3), { nil: undefined }),
});

function stored(body: EntryBody, sequence: number, createdAtMs: number): Buffer {
  const writer = new PackedWriter(0, 8);
  packValue(writer, body, sequence, createdAtMs);
  return writer.part(0, writer.length);
}

describe('the layout of a stored value', () => {
  it('gives back what was packed, in as many bytes as are counted', () => {
    fc.assert(
      fc.property(bodies, fc.nat(2 ** 30), (body, sequence) => {
        const value = stored(body, sequence, 1_760_000_000_000);
        assert.equal(value.length, storedValueBytes(body));
        const tags = body.tags?.length ? body.tags : undefined;
        assert.deepEqual(decodeValue(value), { ...body, tags, sequence, createdAtMs: 1_760_000_000_000 });
      }),
      { numRuns: 500 },
    );
  });

  it('keeps an entry without options at 20 bytes beside its payload', () => {
    assert.equal(stored({ payload: Buffer.alloc(7), ttlMs: 1, graceMs: 0 }, 1, 1).length, 27);
  });

  it('reads anything else as nothing, and throws at nothing', () => {
    fc.assert(
      fc.property(bodies, fc.nat(), fc.nat(255), (body, at, byte) => {
        const value = stored({ ...body, payload: Buffer.alloc(0), graceMs: 5, tags: ['tag'], loadMs: 5 }, 1, 1);
        for (let length = 0; length < value.length; length++) {
          assert.equal(decodeValue(value.subarray(0, length)), undefined);
        }
        value[at % value.length] = byte;
        decodeValue(value);
      }),
      { numRuns: 200 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => void decodeValue(Buffer.from(bytes))));
    for (const flags of [64, 128, 255]) {
      const value = stored({ payload: Buffer.alloc(9), ttlMs: 1, graceMs: 0 }, 1, 1);
      value[HEADER_BYTES] = flags;
      assert.equal(decodeValue(value), undefined);
    }
  });
});
