import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { slotOf } from '../../src/l2/cluster-slot.js';
import { RedisCluster } from '../fakes/redis-cluster.js';
import type { RedisProcess } from '../fakes/redis-process.js';
import { waitedMs } from '../fakes/waited.js';
import { ClusterLoad, inexact, tenantsOnEach } from './cluster-load.js';

const KINDS = ['kill -9', 'SIGSTOP', 'CLUSTER FAILOVER'] as const;
type Kind = (typeof KINDS)[number];

/** `FAILOVERS=50` is the long form. */
const FAILOVERS = Number(process.env.FAILOVERS ?? KINDS.length);
const LONG = FAILOVERS > KINDS.length;
/** For writes to go on once another serves them, in a time that stands still while this process does. */
const MAX_WAIT_MS = 10_000;

describe('a master is lost under load', () => {
  let cluster: RedisCluster;
  let load: ClusterLoad;
  const gapsMs: number[] = [];

  beforeAll(async () => {
    cluster = await RedisCluster.start();
    load = await ClusterLoad.start(cluster, await tenantsOnEach(cluster, 3));
  }, 300_000);
  afterAll(async () => {
    if (LONG) process.stdout.write(`${figures(gapsMs)}\n`);
    await load?.end();
    await cluster?.end();
  });

  // Also after a round that failed, so that the next one tells of itself.
  afterEach(async () => {
    await cluster.untilWhole();
    await load.resume();
  }, 300_000);

  const strike: Record<Kind, (victim: RedisProcess) => Promise<unknown>> = {
    'kill -9': (victim) => victim.kill(),
    SIGSTOP: async (victim) => victim.pause(),
    'CLUSTER FAILOVER': async (victim) => cluster.client(await cluster.replicaOf(victim)).cluster('FAILOVER'),
  };

  const rounds = Array.from(
    { length: FAILOVERS },
    (_, round) => [round + 1, KINDS[round % KINDS.length] as Kind] as const,
  );

  it.each(rounds)(
    'failover %i, by %s: no caller sees it, the others lose nothing, every account is exact',
    async (round, kind) => {
      const masters = await cluster.masters();
      const victim = masters[round % masters.length] as RedisProcess;
      const struck = await load.tenantsOf(victim);
      expect(struck.length).toBeGreaterThan(0);

      await strike[kind](victim);
      await cluster.untilTakenOver(victim, slotOf(struck[0] as never));
      expect(await waitedMs(() => load.untilStored(load.tenants))).toBeLessThan(MAX_WAIT_MS);
      const seen = await load.pause();

      for (const [tenant, { errors, unstored, gapMs, calls }] of seen) {
        expect(errors).toEqual([]);
        if (struck.includes(tenant)) gapsMs.push(gapMs);
        else expect({ tenant, unstored, working: calls > 10 }).toEqual({ tenant, unstored: 0, working: true });
      }
      expect(await inexact(cluster, load.tenants)).toEqual([]);

      if (LONG)
        process.stdout.write(
          `${round} of ${FAILOVERS}, ${kind}: gap ${Math.round(Math.max(...gapsMs.slice(-struck.length)))} ms\n`,
        );

      // The lost master comes back under load, as the replica that it is now.
      await load.resume();
      await cluster.untilWhole();
      await load.untilStored(load.tenants);
      const after = await load.pause();
      for (const { errors, unstored } of after.values())
        expect({ errors, unstored }).toEqual({ errors: [], unstored: 0 });
      expect(await inexact(cluster, load.tenants)).toEqual([]);
    },
    300_000,
  );
});

function figures(gapsMs: readonly number[]): string {
  const sorted = gapsMs.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return `${FAILOVERS} failovers: L2 write gap median ${at(0.5)} ms, max ${at(1)} ms; drift 0 bytes, errors 0 where all passed`;
}
