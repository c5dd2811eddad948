import type { CodecSettings, CompressionAlgorithm } from '../core/codec-options.js';
import type { Codec } from '../core/contracts.js';
import { UnreadableEntry } from '../core/unreadable.js';
import { expand, shrink } from './compression.js';
import { notCacheable, tooLarge } from './restate-value.js';

/**
 * A first byte from 0x80 is ours: how the rest is stored, and `differs` of the inner codec. Payloads below the threshold
 * pass as they are, but for those of a foreign codec that begin with such a byte themselves.
 */
const MARK = 0x80;
const DIFFERS = 0x20;
const STORED = 0;
const ALGORITHM_CODES: Readonly<Record<CompressionAlgorithm, number>> = { brotli: 1, deflate: 2 };
/** The mark, and the size before compression as u32. */
const HEADER_BYTES = 5;
const WORTH_IT = 0.9;
/** Below, deflate is mostly as small and reads faster; above, brotli is smaller (docs/adr/0005-codec.md). */
const BROTLI_FROM_BYTES = 64 * 1024;

/** Compresses what another codec writes where that pays, and bounds what is ever unpacked. */
export function compressingCodec(
  inner: Codec,
  { compression, maxDecodedBytes }: Pick<CodecSettings, 'compression' | 'maxDecodedBytes'>,
): Codec {
  const innerDiffers = (payload: Buffer) => inner.differs?.(payload) ?? false;

  function pack(payload: Buffer): Buffer | Promise<Buffer> {
    if (!Buffer.isBuffer(payload)) throw notCacheable('a codec that gives no Buffer');
    if (payload.length > maxDecodedBytes) throw tooLarge(maxDecodedBytes);
    if (compression === undefined || payload.length < compression.thresholdBytes || payload.length === 0) {
      return asIs(payload);
    }
    const { algorithm = payload.length < BROTLI_FROM_BYTES ? 'deflate' : 'brotli' } = compression;
    const data = shrink(algorithm, payload);
    return data instanceof Promise
      ? data.then((shrunk) => smaller(payload, shrunk, algorithm))
      : smaller(payload, data, algorithm);
  }

  function smaller(payload: Buffer, data: Buffer, algorithm: CompressionAlgorithm): Buffer {
    if (HEADER_BYTES + data.length > payload.length * WORTH_IT) return asIs(payload);
    const packed = Buffer.allocUnsafe(HEADER_BYTES + data.length);
    packed[0] = MARK | ALGORITHM_CODES[algorithm] | (innerDiffers(payload) ? DIFFERS : 0);
    packed.writeUInt32BE(payload.length, 1);
    data.copy(packed, HEADER_BYTES);
    return packed;
  }

  function asIs(payload: Buffer): Buffer {
    if ((payload[0] ?? 0) < MARK) return payload;
    return Buffer.concat([Buffer.of(MARK | STORED | (innerDiffers(payload) ? DIFFERS : 0)), payload]);
  }

  return {
    /** @throws as `inner.encode`, and TenantCacheError `ENTRY_TOO_LARGE` */
    encode(value) {
      const payload = inner.encode(value);
      return Buffer.isBuffer(payload) ? pack(payload) : Promise.resolve(payload).then(pack);
    },
    /** @throws as `inner.decode`, and UnreadableEntry `codec`, `too-large` */
    decode(packed) {
      const payload = unpack(packed, maxDecodedBytes);
      return payload instanceof Promise ? payload.then((whole) => inner.decode(whole)) : inner.decode(payload);
    },
    differs: (packed) => ((packed[0] ?? 0) < MARK ? innerDiffers(packed) : ((packed[0] as number) & DIFFERS) !== 0),
  };
}

/** What a payload says of itself without being unpacked. @throws UnreadableEntry `codec` where that is no payload of ours */
export function packedForm(packed: Buffer): {
  readonly compression: 'none' | CompressionAlgorithm;
  readonly valueBytes: number;
} {
  const mark = packed[0] ?? 0;
  const code = mark & ~(MARK | DIFFERS);
  if (mark < MARK) return { compression: 'none', valueBytes: packed.length };
  if (code === STORED) return { compression: 'none', valueBytes: packed.length - 1 };
  const algorithm = algorithmOf(code);
  if (algorithm === undefined || packed.length <= HEADER_BYTES) throw new UnreadableEntry('codec');
  return { compression: algorithm, valueBytes: packed.readUInt32BE(1) };
}

function algorithmOf(code: number): CompressionAlgorithm | undefined {
  return code === ALGORITHM_CODES.brotli ? 'brotli' : code === ALGORITHM_CODES.deflate ? 'deflate' : undefined;
}

function unpack(packed: Buffer, maxDecodedBytes: number): Buffer | Promise<Buffer> {
  const mark = packed[0] ?? 0;
  if (packed.length > maxDecodedBytes + 1) throw new UnreadableEntry('too-large');
  if (mark < MARK) return packed;
  const code = mark & ~(MARK | DIFFERS);
  if (code === STORED) return packed.subarray(1);
  const algorithm = algorithmOf(code);
  if (algorithm === undefined || packed.length <= HEADER_BYTES) throw new UnreadableEntry('codec');
  const sizeBytes = packed.readUInt32BE(1);
  if (sizeBytes === 0) throw new UnreadableEntry('codec');
  // Refused by what it says of itself, before a byte is unpacked; what lies about it is stopped on the way.
  if (sizeBytes > maxDecodedBytes) throw new UnreadableEntry('too-large');
  return expand(algorithm, packed.subarray(HEADER_BYTES), sizeBytes);
}
