import { FrequencySketch, hashOf } from '../server/src/l1/frequency-sketch.js';
import type { TraceRequest } from './traces.js';

/** Hits of a hundred requests. Objects larger than the capacity are bypassed. */
export type Model = (requests: readonly TraceRequest[], capacity: number) => number;

/** Least recently used to the letter: a Map keeps the order in which keys were put. */
export const exactLru: Model = (requests, capacity) => byOrder(requests, capacity, true);

/** First in, first out: what "soonest to expire first" comes to where L1 bounds every time to live to the same 30 s. */
export const firstInFirstOut: Model = (requests, capacity) => byOrder(requests, capacity, false);

/** TinyLFU admission in front of LRU, without a window: a newcomer must outweigh all whose place it takes. */
export const tinyLfu: Model = (requests, capacity) => {
  const held = new Map<string, number>();
  const sketch = new FrequencySketch();
  let heldBytes = 0;
  let hits = 0;
  for (const { key, bytes } of requests) {
    const hash = hashOf('', key);
    sketch.count(hash);
    const size = held.get(key);
    if (size !== undefined) {
      hits++;
      held.delete(key);
      held.set(key, size);
      continue;
    }
    if (bytes > capacity) continue;
    const wanted = sketch.estimate(hash);
    const victims: [string, number][] = [];
    let freedBytes = 0;
    let weight = 0;
    for (const [oldest, oldestBytes] of held) {
      if (heldBytes - freedBytes + bytes <= capacity || weight >= wanted) break;
      weight += sketch.estimate(hashOf('', oldest));
      freedBytes += oldestBytes;
      victims.push([oldest, oldestBytes]);
    }
    if (victims.length > 0 && weight >= wanted) continue;
    for (const [victim] of victims) held.delete(victim);
    held.set(key, bytes);
    heldBytes += bytes - freedBytes;
    sketch.reserve(held.size);
  }
  return (hits / requests.length) * 100;
};

function byOrder(requests: readonly TraceRequest[], capacity: number, movesOnUse: boolean): number {
  const held = new Map<string, number>();
  let heldBytes = 0;
  let hits = 0;
  for (const { key, bytes } of requests) {
    const size = held.get(key);
    if (size !== undefined) {
      hits++;
      if (movesOnUse) {
        held.delete(key);
        held.set(key, size);
      }
    } else if (bytes <= capacity) {
      for (const [oldest, oldestBytes] of held) {
        if (heldBytes + bytes <= capacity) break;
        held.delete(oldest);
        heldBytes -= oldestBytes;
      }
      held.set(key, bytes);
      heldBytes += bytes;
    }
  }
  return (hits / requests.length) * 100;
}
