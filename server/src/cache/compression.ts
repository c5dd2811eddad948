import {
  brotliCompress,
  brotliCompressSync,
  brotliDecompress,
  brotliDecompressSync,
  constants,
  deflateRaw,
  deflateRawSync,
  inflateRaw,
  inflateRawSync,
} from 'node:zlib';
import type { CompressionAlgorithm } from '../core/codec-options.js';
import { UnreadableEntry } from '../core/unreadable.js';

/**
 * Up to this size work is done at once, above it on zlib's threads: measured 0.6 ms at the most by default, 1.3 ms where
 * deflate was chosen, while a thread costs 0.1 ms of delay (docs/adr/0005-codec.md).
 */
export const SYNC_BYTES = 128 * 1024;
/** A length that was written to deceive must not reserve memory that the data never fills. */
const MAX_CHUNK_BYTES = 1024 * 1024;

type Done = (error: Error | null, result: Buffer) => void;
interface Expansion {
  readonly maxOutputLength: number;
  readonly chunkSize: number;
}

interface Algorithm {
  shrinkSync(data: Buffer): Buffer;
  shrink(data: Buffer, done: Done): void;
  expandSync(data: Buffer, options: Expansion): Buffer;
  expand(data: Buffer, options: Expansion, done: Done): void;
}

/** Quality 1: the next that shrinks more takes several times as long. */
const brotli = (sizeBytes: number) => ({
  params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_SIZE_HINT]: sizeBytes },
});
const deflate = { level: 1 };

const ALGORITHMS: Record<CompressionAlgorithm, Algorithm> = {
  brotli: {
    shrinkSync: (data) => brotliCompressSync(data, brotli(data.length)),
    shrink: (data, done) => brotliCompress(data, brotli(data.length), done),
    expandSync: brotliDecompressSync,
    expand: brotliDecompress,
  },
  deflate: {
    shrinkSync: (data) => deflateRawSync(data, deflate),
    shrink: (data, done) => deflateRaw(data, deflate, done),
    expandSync: inflateRawSync,
    expand: inflateRaw,
  },
};

export function shrink(algorithm: CompressionAlgorithm, data: Buffer): Buffer | Promise<Buffer> {
  const { shrinkSync, shrink: start } = ALGORITHMS[algorithm];
  return data.length <= SYNC_BYTES ? shrinkSync(data) : promised((done) => start(data, done));
}

/**
 * @param sizeBytes what comes out, no more and no less
 * @throws UnreadableEntry `too-large` as soon as more comes out, `codec` for anything else
 */
export function expand(algorithm: CompressionAlgorithm, data: Buffer, sizeBytes: number): Buffer | Promise<Buffer> {
  const { expandSync, expand: start } = ALGORITHMS[algorithm];
  // One byte more than needed, or the end is looked for in a chunk of its own.
  const chunkSize = Math.min(sizeBytes + 64, MAX_CHUNK_BYTES);
  const options = { maxOutputLength: sizeBytes, chunkSize };
  if (sizeBytes > SYNC_BYTES) {
    return promised((done) => start(data, options, done)).then((all) => whole(all, sizeBytes), rethrow);
  }
  try {
    return whole(expandSync(data, options), sizeBytes);
  } catch (error) {
    return rethrow(error);
  }
}

function whole(all: Buffer, sizeBytes: number): Buffer {
  if (all.length !== sizeBytes) throw new UnreadableEntry('codec');
  return all;
}

function rethrow(error: unknown): never {
  throw new UnreadableEntry((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'codec');
}

function promised(start: (done: Done) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    start((error, result) => (error ? reject(error) : resolve(result)));
  });
}
