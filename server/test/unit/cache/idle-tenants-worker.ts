import { setImmediate as turn } from 'node:timers/promises';
import type { TenantRecord } from '../../../src/core/directory.js';
import { entryId } from '../../../src/core/resource.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { MemoryJournalData, MemoryUsageJournal } from '../../../src/testing/memory-usage-journal.js';
import { UsageJournaller } from '../../../src/usage/usage-journaller.js';
import { UsageLedger } from '../../../src/usage/usage-ledger.js';
import { countingEngine } from '../../fakes/counting-engine.js';

/** Lets so many tenants ask once and leave, and prints what is left of them. */
const tenants = Number(process.argv[2]);
const FIRST = 1_000;

async function heapBytes(): Promise<number> {
  for (let round = 0; round < 4; round++) {
    globalThis.gc?.();
    await turn();
  }
  return process.memoryUsage().heapUsed;
}

async function main(): Promise<void> {
  const nowMs = Date.now();
  const ledger = new UsageLedger('epoch', 300_000);
  const data = new MemoryJournalData();
  const journal = new MemoryUsageJournal(data);
  const engine = countingEngine({
    safe: ({ tenant: name, counters }) => ledger.isSafe(name, counters, journal.incarnation()),
  });
  let departed = 0;
  engine.registry.onLeave((name, { requests }) => {
    departed += requests;
    ledger.forget(name);
  });
  const journaller = new UsageJournaller({
    journal,
    ledger,
    tenants: () => engine.registry.counted(),
    away: () => false,
    emit() {},
    now: () => nowMs,
  });
  const ask = async (from: number, to: number) => {
    for (let index = from; index < to; index++) {
      const name = tenantId(`t${index}`);
      const settings = { quotaBytes: 1_000_000, policy: 'lru', enforcement: 'hard' };
      engine.registry.apply({ tenantId: name, settings } as unknown as TenantRecord);
      engine.registry.get(name).missed('r');
      engine.local.set(name, entryId('r', 'k'), { value: 1, bytes: 1, freshUntilMs: nowMs + 1e6 }, 1e6);
    }
    await journaller.tick();
    const counted = [...engine.registry.counted()].length;
    const left = await engine.pass();
    if (counted !== to - from || left !== to - from) throw new Error(`${counted} counted, ${left} left`);
    data.empty();
  };
  await ask(0, FIRST);
  const before = await heapBytes();
  await ask(FIRST, FIRST + tenants);
  // What finalizers give back comes when the engine finds time for them.
  let grownBytes = (await heapBytes()) - before;
  for (let round = 0; round < 100 && grownBytes > 160 * tenants; round++) grownBytes = (await heapBytes()) - before;
  const counted = [...engine.registry.counted()].length;
  const { size: parts, endedParts } = ledger;
  process.stdout.write(
    JSON.stringify({ counted, parts, endedParts, local: engine.local.tenants(), departed, grownBytes }),
  );
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(String(error));
    process.exit(1);
  },
);
