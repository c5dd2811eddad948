import { randomBytes } from 'node:crypto';
import { aesGcmSealer } from '../../server/src/cache/aes-gcm-sealer.js';
import { expand, SYNC_BYTES, shrink } from '../../server/src/cache/compression.js';
import { jsonCodec } from '../../server/src/cache/json-codec.js';
import { COMPRESSION_ALGORITHMS, resolveEncryption } from '../../server/src/core/codec-options.js';
import type { SealContext } from '../../server/src/core/contracts.js';
import { median, quick } from '../facts.js';
import { publish } from '../publish.js';

const KIB = 1024;
const ROUNDS = quick() ? 5 : 25;
const MOST_RATIO = 1.5;
/** What the event loop may be held for by one compression at the most. */
const MOST_SYNC_MS = 1.5;

/** Text that is the same in every run. */
let seed = 7;
const random = () => {
  seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
  return seed / 0x7fffffff;
};
const WORDS = 'price market signal momentum order limit stop trend volume breakout support report portfolio risk'.split(
  ' ',
);
const words = (count: number) =>
  Array.from({ length: count }, () => WORDS[Math.floor(random() * WORDS.length)]).join(' ');

const MAKERS = {
  positions: () => ({
    id: Math.floor(random() * 1e9).toString(36),
    symbol: ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'][Math.floor(random() * 3)],
    quantity: Number((random() * 10).toFixed(6)),
    price: Number((random() * 60_000).toFixed(2)),
    open: random() > 0.3,
    note: null,
  }),
  candles: () => [
    Math.floor(1.7e12 + random() * 1e10),
    ...[1, 2, 3, 4, 5].map(() => Number((random() * 60_000).toFixed(2))),
  ],
  news: () => ({ title: words(8), body: words(80) }),
};
type Kind = keyof typeof MAKERS;

function rows(kind: Kind, bytes: number): unknown[] {
  const list: unknown[] = [];
  for (let size = 0; size < bytes; size += JSON.stringify(list.at(-1)).length + 1) list.push(MAKERS[kind]());
  return list;
}

/** Median over rounds in which all take turns, in microseconds. */
async function timed(subjects: readonly (() => unknown)[], calls: number): Promise<number[]> {
  const times = subjects.map((): number[] => []);
  for (let round = -2; round < ROUNDS; round++) {
    for (const [position, run] of subjects.entries()) {
      const startedMs = performance.now();
      for (let call = 0; call < calls; call++) {
        const result = run();
        if (result instanceof Promise) await result;
      }
      if (round >= 0) times[position]?.push(((performance.now() - startedMs) * 1_000) / calls);
    }
  }
  return times.map((all) => median(all));
}

const dated = rows('positions', KIB).map((row) => ({ ...(row as object), at: new Date(1.7e12) }));
const documents = { ...Object.fromEntries(Object.keys(MAKERS).map((kind) => [kind, rows(kind as Kind, KIB)])), dated };
const codecRows = [];
for (const [name, value] of Object.entries(documents)) {
  const text = Buffer.from(JSON.stringify(value));
  const stored = jsonCodec.encode(value) as Buffer;
  const [plainOut, out, plainIn, back] = (await timed(
    [
      () => Buffer.from(JSON.stringify(value)),
      () => jsonCodec.encode(value),
      () => JSON.parse(text.toString()),
      () => jsonCodec.decode(stored),
    ],
    quick() ? 200 : 2_000,
  )) as [number, number, number, number];
  codecRows.push({
    name: `${name}, ${stored.length} bytes`,
    cells: [plainOut, out, plainIn, back].map((us) => Number(us.toFixed(2))),
    // Dates come back as dates, which plain JSON does not do.
    ...(name !== 'dated' && {
      target: `both ways <= ${MOST_RATIO} x JSON`,
      reached: out + back <= MOST_RATIO * (plainOut + plainIn),
    }),
  });
}
publish({
  title: 'The codec beside plain JSON',
  note: 'Median microseconds of one call on a value of about 1 KB. `dated` reads back as text from plain JSON.',
  columns: ['JSON out', 'encode', 'JSON in', 'decode'],
  rows: codecRows,
});

const compressionRows = [];
for (const kind of Object.keys(MAKERS) as Kind[]) {
  for (const size of quick() ? [8, 128] : [8, 16, 32, 64, 128, 256, 1_024]) {
    const data = Buffer.from(JSON.stringify(rows(kind, size * KIB))).subarray(0, size * KIB);
    for (const algorithm of COMPRESSION_ALGORITHMS) {
      const small = await shrink(algorithm, data);
      const [out, back] = (await timed(
        [() => shrink(algorithm, data), () => expand(algorithm, small, data.length)],
        size < 64 ? 8 : 2,
      )) as [number, number];
      compressionRows.push({
        name: `${kind}, ${size} KiB, ${algorithm}`,
        cells: [
          Number((small.length / data.length).toFixed(3)),
          Number((out / 1_000).toFixed(3)),
          Number((back / 1_000).toFixed(3)),
        ],
        ...(data.length <= SYNC_BYTES && {
          target: `on the loop <= ${MOST_SYNC_MS} ms`,
          reached: Math.max(out, back) <= MOST_SYNC_MS * 1_000,
        }),
      });
    }
  }
}
publish({
  title: 'Compression',
  note: `Median ms of one call; above ${SYNC_BYTES / KIB} KiB on a thread of zlib's, its delay included.`,
  columns: ['part of the size', 'compress ms', 'expand ms'],
  rows: compressionRows,
});

const sealer = aesGcmSealer(resolveEncryption('bench', { keys: { k: randomBytes(32) }, activeKeyId: 'k' }));
const context = { tenant: 'acme', id: 'portfolio:1', sequence: 1 } as SealContext;
const sealRows = [];
for (const size of [1, 64]) {
  const payload = randomBytes(size * KIB);
  const sealed = sealer.seal(payload, context);
  const times = await timed([() => sealer.seal(payload, context), () => sealer.open(sealed, context)], 500);
  sealRows.push({ name: `${size} KiB`, cells: times.map((us) => Number(us.toFixed(1))) });
}
publish({
  title: 'Encryption',
  note: 'Median microseconds of one call, AES-256-GCM with the key of one tenant.',
  columns: ['seal', 'open'],
  rows: sealRows,
});
