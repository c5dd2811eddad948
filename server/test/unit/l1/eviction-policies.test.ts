import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { L1Policy } from '../../../src/core/l1-options.js';
import { Partition } from '../../../src/l1/partition.js';

interface TraceRequest {
  readonly key: string;
  readonly bytes: number;
}

const traces = fileURLToPath(new URL('../../../../../shared/traces/', import.meta.url));
const recorded = existsSync(join(traces, 'README.md'));
const MIB = 1024 * 1024;

function recording(name: string): TraceRequest[] {
  const text = gunzipSync(readFileSync(join(traces, `${name}.txt.gz`))).toString('latin1');
  return text.split('\n').flatMap((line) => {
    const [first = '', key, bytes] = line.split(' ');
    if (first === '') return [];
    return [key === undefined ? { key: first, bytes: 1 } : { key, bytes: Number(bytes) }];
  });
}

/** What stands in where nothing is recorded: key r in proportion to 1 / (r + 1), the same for the same seed. */
function zipf(length: number, keys: number): TraceRequest[] {
  let state = 2026;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length }, () => ({ key: String(Math.floor(keys ** random()) - 1), bytes: 1 }));
}

/** Hits of a hundred, of one tenant's L1 with so many bytes; objects above them are bypassed. */
function hitPercent(requests: readonly TraceRequest[], maxBytes: number, policy: L1Policy): number {
  const partition = new Partition({ policy, maxBytes, clone: false, onUse() {}, onBytes() {} });
  let hits = 0;
  for (const { key, bytes } of requests) {
    if (partition.get('r', key, 0)) hits++;
    else if (bytes <= maxBytes) partition.set('r', key, { value: 1, bytes, freshUntilMs: 0 }, 1, bytes);
    if (partition.bytes > maxBytes) throw new Error('above its bound');
  }
  return (hits / requests.length) * 100;
}

/** Least recently used to the letter: a Map keeps the order in which keys were put. */
function exactLruPercent(requests: readonly TraceRequest[], maxBytes: number): number {
  const held = new Map<string, number>();
  let heldBytes = 0;
  let hits = 0;
  for (const { key, bytes } of requests) {
    const size = held.get(key);
    if (size !== undefined) {
      hits++;
      held.delete(key);
      held.set(key, size);
    } else if (bytes <= maxBytes) {
      for (const [oldest, oldestBytes] of held) {
        if (heldBytes + bytes <= maxBytes) break;
        held.delete(oldest);
        heldBytes -= oldestBytes;
      }
      held.set(key, bytes);
      heldBytes += bytes;
    }
  }
  return (hits / requests.length) * 100;
}

interface Case {
  readonly name: string;
  readonly requests: readonly TraceRequest[];
  readonly maxBytes: number;
  /** What an independent implementation says of an exact LRU; its figures lie beside the recordings. */
  readonly published?: number;
  readonly hybridGains: number;
}

const cases: Case[] = recorded
  ? [
      { name: 'web07', requests: recording('web07'), maxBytes: 1_000, published: 50.41, hybridGains: 1 },
      { name: 'orm-busy-1m', requests: recording('orm-busy-1m'), maxBytes: 1_000, published: 79.57, hybridGains: -1.5 },
      { name: 'cdn-sizes', requests: recording('cdn-sizes'), maxBytes: 16 * MIB, published: 32.21, hybridGains: 3 },
    ]
  : [
      {
        name: 'zipf, for want of recordings in ../shared/traces',
        requests: zipf(100_000, 20_000),
        maxBytes: 500,
        hybridGains: 1,
      },
    ];

describe.each(cases)('on the trace $name', ({ requests, maxBytes, published, hybridGains }) => {
  const reference = exactLruPercent(requests, maxBytes);

  it('lru hits as often as an exact LRU, within half a point', () => {
    if (published !== undefined) expect(reference).toBeCloseTo(published, 1);
    expect(Math.abs(hitPercent(requests, maxBytes, 'lru') - reference)).toBeLessThan(0.5);
  });

  it('hybrid gains what it is kept for', () => {
    expect(hitPercent(requests, maxBytes, 'hybrid') - reference).toBeGreaterThan(hybridGains);
  });
});
