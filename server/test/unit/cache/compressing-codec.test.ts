import { randomBytes } from 'node:crypto';
import { brotliCompressSync, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compressingCodec } from '../../../src/cache/compressing-codec.js';
import { SYNC_BYTES } from '../../../src/cache/compression.js';
import { createJsonCodec, jsonCodec } from '../../../src/cache/json-codec.js';
import type { CompressionAlgorithm } from '../../../src/core/codec-options.js';
import type { Codec } from '../../../src/core/contracts.js';

const MIB = 1024 * 1024;
/** What a foreign codec might be: any bytes, none of ours. */
const bytes: Codec = {
  encode: (value) => value as Buffer,
  decode: (payload) => payload,
  differs: (payload) => payload[1] === 7,
};
const algorithms: CompressionAlgorithm[] = ['brotli', 'deflate'];
const packing = (algorithm: CompressionAlgorithm, thresholdBytes = 0, maxDecodedBytes = MIB) => ({
  compression: { algorithm, thresholdBytes },
  maxDecodedBytes,
});
const unreadable = (reason: string) => expect.objectContaining({ name: 'UnreadableEntry', reason });
const rows = (count: number) => Array.from({ length: count }, (_, id) => ({ id, symbol: 'BTC/USDT', open: true }));
/** Packed as `brotli` or `deflate` would be, with a size that need not be true. */
const packed = (mark: number, sizeBytes: number, data: Buffer) => {
  const header = Buffer.of(mark, 0, 0, 0, 0);
  header.writeUInt32BE(sizeBytes, 1);
  return Buffer.concat([header, data]);
};

describe.each(algorithms)('compressingCodec with %s', (algorithm) => {
  it('gives every payload of every codec back, with what that says of it', async () => {
    const codec = compressingCodec(bytes, packing(algorithm));
    const compressible = fc.uint8Array({ maxLength: 8, minLength: 1 }).map((part) => Buffer.alloc(500, part));
    const any = fc.oneof(fc.uint8Array({ maxLength: 300 }), compressible).map((list) => Buffer.from(list));
    await fc.assert(
      fc.asyncProperty(any, async (payload) => {
        const stored = await codec.encode(payload);
        expect(Buffer.compare((await codec.decode(stored)) as Buffer, payload)).toBe(0);
        expect(codec.differs?.(stored)).toBe(payload[1] === 7);
      }),
    );
  });

  it('makes large values smaller and leaves small ones and incompressible ones as they are', async () => {
    const codec = compressingCodec(jsonCodec, packing(algorithm, 8_192));
    const large = rows(1_000);
    const plain = jsonCodec.encode(large) as Buffer;
    const stored = await codec.encode(large);
    expect(stored.length).toBeLessThan(plain.length / 3);
    expect(await codec.decode(stored)).toStrictEqual(large);
    expect(codec.encode(rows(10))).toEqual(jsonCodec.encode(rows(10)));
    const noise = { noise: randomBytes(20_000).toString('base64') };
    expect(
      await compressingCodec(bytes, packing(algorithm)).encode(Buffer.concat([Buffer.of(1), randomBytes(20_000)])),
    ).toHaveLength(20_001);
    expect(await codec.decode(await codec.encode(noise))).toStrictEqual(noise);
  });

  it('keeps the event loop free of large work, both ways', async () => {
    const codec = compressingCodec(bytes, packing(algorithm));
    const small = Buffer.alloc(SYNC_BYTES, 'abc');
    const large = Buffer.alloc(SYNC_BYTES + 1, 'abc');
    const storedSmall = codec.encode(small);
    expect(Buffer.isBuffer(storedSmall)).toBe(true);
    expect(Buffer.isBuffer(codec.decode(storedSmall as Buffer))).toBe(true);
    const storedLarge = codec.encode(large);
    expect(storedLarge).toBeInstanceOf(Promise);
    expect(codec.decode(await storedLarge)).toBeInstanceOf(Promise);
    expect(await codec.decode(await storedLarge)).toEqual(large);
  });

  it('unpacks no more than allowed, whatever the entry says of itself', async () => {
    const codec = compressingCodec(bytes, packing(algorithm));
    const [mark, press] = algorithm === 'brotli' ? [0x81, brotliCompressSync] : ([0x82, deflateRawSync] as const);
    const bomb = press(Buffer.alloc(32 * MIB));
    expect(bomb.length).toBeLessThan(64 * 1024);
    // Honest, and so refused unopened; lying low; lying within what is unpacked on a thread.
    for (const said of [32 * MIB, 2 ** 32 - 1, 1_000, MIB]) {
      const decode = async () => codec.decode(packed(mark, said, bomb));
      await expect(decode()).rejects.toEqual(unreadable('too-large'));
    }
  });

  it('reads nothing that was cut or says a wrong size', async () => {
    const codec = compressingCodec(bytes, packing(algorithm));
    for (const payload of [Buffer.alloc(10_000, 'abc'), Buffer.alloc(500_000, 'abc')]) {
      const stored = await codec.encode(payload);
      const data = stored.subarray(5);
      for (const bad of [
        stored.subarray(0, 5),
        stored.subarray(0, -4),
        packed(stored[0] as number, payload.length + 1, data),
        packed(stored[0] as number, 0, data),
        packed(0x83, payload.length, data),
        packed(0x91, payload.length, data),
      ]) {
        const decode = async () => codec.decode(bad);
        await expect(decode()).rejects.toEqual(unreadable('codec'));
      }
    }
  });
});

describe('compressingCodec', () => {
  it('takes deflate for small payloads and brotli for large ones, unless told', async () => {
    const codec = compressingCodec(bytes, {
      compression: { thresholdBytes: 0, algorithm: undefined },
      maxDecodedBytes: MIB,
    });
    expect((await codec.encode(Buffer.alloc(64 * 1024 - 1)))[0]).toBe(0x82);
    expect((await codec.encode(Buffer.alloc(64 * 1024)))[0]).toBe(0x81);
  });

  it('reads what it compressed before it was switched off, and what the other algorithm wrote', async () => {
    const off = compressingCodec(jsonCodec, { compression: undefined, maxDecodedBytes: MIB });
    const value = rows(500);
    for (const algorithm of algorithms) {
      const stored = await compressingCodec(jsonCodec, packing(algorithm)).encode(value);
      expect(await off.decode(stored)).toStrictEqual(value);
    }
    expect(off.encode(value)).toEqual(jsonCodec.encode(value));
  });

  it('takes no value that it would not unpack again', async () => {
    const codec = compressingCodec(createJsonCodec(10 * MIB), packing('brotli', 0, 50_000));
    const tooLarge = expect.objectContaining({ code: 'ENTRY_TOO_LARGE' });
    expect(() => codec.encode('x'.repeat(50_000))).toThrow(tooLarge);
    expect(await codec.decode(await codec.encode('x'.repeat(49_998)))).toHaveLength(49_998);
    const stored = await compressingCodec(jsonCodec, packing('brotli')).encode('x'.repeat(60_000));
    const decode = async () => codec.decode(stored);
    await expect(decode()).rejects.toEqual(unreadable('too-large'));
    const plain = async () => codec.decode(jsonCodec.encode('x'.repeat(60_000)) as Buffer);
    await expect(plain()).rejects.toEqual(unreadable('too-large'));
  });

  it('waits for a codec that encodes and decodes later, and refuses one that gives no bytes', async () => {
    const slow: Codec = {
      encode: async (value) => jsonCodec.encode(value),
      decode: async (payload) => jsonCodec.decode(payload),
    };
    const codec = compressingCodec(slow, packing('deflate'));
    expect(await codec.decode(await codec.encode(rows(500)))).toStrictEqual(rows(500));
    const broken = compressingCodec({ encode: () => 'text' as never, decode: () => 1 }, packing('deflate'));
    await expect(Promise.resolve(broken.encode(1))).rejects.toMatchObject({ code: 'VALUE_NOT_CACHEABLE' });
  });
});
