import type { L1Policy } from '../../server/src/core/l1-options.js';
import { Partition } from '../../server/src/l1/partition.js';
import { exactLru, firstInFirstOut, type Model, tinyLfu } from '../eviction-models.js';
import { quick } from '../facts.js';
import { publish } from '../publish.js';
import { loadTraces } from '../traces.js';

const WITHIN_POINTS = 0.5;
const MIB = 1024 * 1024;

/** One tenant's L1 as it is shipped, with the trace's sizes in place of estimated ones. */
const shipped =
  (policy: L1Policy): Model =>
  (requests, capacity) => {
    const partition = new Partition({ policy, maxBytes: capacity, clone: false, onUse() {}, onBytes() {} });
    let hits = 0;
    for (const { key, bytes } of requests) {
      if (partition.get('r', key, 0)) hits++;
      else if (bytes <= capacity) partition.set('r', key, { value: 1, bytes, freshUntilMs: 0 }, 1, bytes);
    }
    return (hits / requests.length) * 100;
  };

const models: Model[] = [exactLru, shipped('lru'), shipped('hybrid'), tinyLfu, firstInFirstOut];
const { recorded, traces } = loadTraces();
const rows = [];
for (const { name, requests, capacities } of traces) {
  for (const capacity of quick() ? capacities.slice(1, 3) : capacities) {
    process.stderr.write(`… ${name}, ${capacity}\n`);
    const hits = models.map((model) => model(requests, capacity));
    const [exact = 0, lru = 0] = hits;
    rows.push({
      name: `${name}, ${capacity >= MIB ? `${capacity / MIB} MiB` : `${capacity} entries`}`,
      cells: hits.map((percent) => percent.toFixed(2)),
      target: `lru within ${WITHIN_POINTS} of exact`,
      reached: Math.abs(lru - exact) <= WITHIN_POINTS,
    });
  }
}
publish({
  title: 'Hit ratio of L1 by policy, %',
  note: recorded
    ? 'Recorded traces, one tenant. lfu and ttl are models that are not shipped: docs/adr/0003-l1-policies.md.'
    : 'No recordings in ../shared/traces: seeded Zipf keys stand in, which favour frequency more than real ones do.',
  columns: ['exact LRU', 'lru', 'hybrid', 'lfu', 'ttl'],
  rows,
});
