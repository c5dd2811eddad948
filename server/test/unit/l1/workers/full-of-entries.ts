import { setImmediate as turn } from 'node:timers/promises';
import type { CacheEvent } from '../../../../src/core/events.js';
import { entryId } from '../../../../src/core/resource.js';
import { tenantId } from '../../../../src/core/tenant-id.js';
import { LruLocalStore } from '../../../../src/l1/lru-local-store.js';
import { MemoryPressure } from '../../../../src/l1/memory-pressure.js';

/** Fills an L1 whose budget is above what the process may have; argument `watched` or `unwatched`. */
const MIB = 1024 * 1024;
const maxBytesTotal = 400 * MIB;
const events: CacheEvent[] = [];
const local: LruLocalStore = new LruLocalStore({
  maxBytesPerTenant: maxBytesTotal,
  maxBytesTotal,
  onFilled: () => {
    if (process.argv[2] === 'watched') pressure.check();
  },
});
const pressure = new MemoryPressure({ local, maxBytesTotal, pressureAt: 0.85, emit: (event) => events.push(event) });

async function fill(): Promise<void> {
  let filledBytes = 0;
  for (let index = 0; filledBytes < maxBytesTotal; index++) {
    const value = { id: index, rows: Array.from({ length: 50 }, (_, row) => ({ row, name: `row ${index} ${row}` })) };
    const beforeBytes = local.bytes();
    local.set(tenantId(`t${index % 7}`), entryId('r', `k${index}`), { value, bytes: 1, freshUntilMs: 0 }, 600_000);
    filledBytes += Math.max(0, local.bytes() - beforeBytes);
    if (index % 500 === 0) await turn();
  }
  process.stdout.write(JSON.stringify({ shrunk: events.length, keptBytes: local.bytes() }));
}

void fill();
