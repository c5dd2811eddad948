import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { RedisProcess, until } from '../fakes/redis-process.js';
import { type WorkerProcess, type WorkerProgram, workerProgram } from '../fakes/worker-process.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';
import { TcpFaultProxy } from './tcp-fault-proxy.js';
import { openTruthCollector } from './usage-truth-collector.js';
import {
  countedDays,
  countedParts,
  lastJournalledMs,
  type Run,
  unsafeSpanMs,
  verdictsOf,
} from './usage-truth-figures.js';
import { readRecords, type TruthSettings } from './usage-truth-record.js';

const LONG = process.env.USAGE_TRUTH === 'long';
const REQUESTS = LONG ? 200_000 : 20_000;
const FLUSHER_KILLS = LONG ? 500 : 40;
const WORKER_KILLS = LONG ? 100 : 10;
const BETWEEN_WORKER_KILLS_MS = 1_000;
const DATABASE_AWAY_MS = LONG ? 20_000 : 2_000;
const RECORD_BYTES = 16;
const SHARED_TENANTS = 5;

let redis: RedisProcess;
let test: TestDatabase;
let proxy: TcpFaultProxy;
let workerCode: WorkerProgram;
let flusherCode: WorkerProgram;
const directory = mkdtempSync(join(tmpdir(), 'tenantcache-truth-'));
const processes = new Set<WorkerProcess>();

beforeAll(async () => {
  redis = await RedisProcess.reserve();
  await redis.start();
  test = await createTestDatabase();
  proxy = await TcpFaultProxy.open(test.appUrl);
  workerCode = await workerProgram(new URL('./usage-truth-worker.ts', import.meta.url));
  flusherCode = await workerProgram(new URL('./usage-truth-flusher.ts', import.meta.url));
}, 300_000);
afterAll(async () => {
  for (const each of processes) await each.kill();
  workerCode?.remove();
  flusherCode?.remove();
  rmSync(directory, { recursive: true, force: true });
  await proxy?.close();
  await redis?.kill();
  await test?.drop();
});

const throughProxy = (url: string) => {
  const through = new URL(url);
  through.host = `127.0.0.1:${proxy.port}`;
  return through.href;
};

it(
  `${REQUESTS.toLocaleString('en')} requests, ${FLUSHER_KILLS} flushers killed, a worker each second: nothing doubled, lost at most what was not journalled`,
  async () => {
    const settings: TruthSettings = {
      redisUrl: redis.url,
      databaseUrl: throughProxy(test.appUrl),
      adminUrl: throughProxy(test.adminUrl),
    };
    const prefix = `t${randomBytes(4).toString('hex')}`;
    const shared = Array.from({ length: SHARED_TENANTS }, (_, index) => `${prefix}-${index}`);
    const runs: Run[] = [];
    const collector = openTruthCollector(settings);

    const start = async (code: WorkerProgram, argument: object) => {
      const started = code.start(argument);
      processes.add(started);
      await started.answer();
      return started;
    };
    const kill = async (victim: WorkerProcess) => {
      await victim.kill();
      processes.delete(victim);
    };
    const startRun = async () => {
      const run: Run = {
        file: join(directory, `run-${runs.length}`),
        tenants: [...shared, `${prefix}-run-${runs.length}`],
        killedAtMs: undefined,
      };
      runs.push(run);
      return { run, worker: await start(workerCode, { ...settings, file: run.file, tenants: run.tenants }) };
    };
    // Each request leaves two records.
    const served = () => runs.reduce((sum, { file }) => sum + statSync(file).size, 0) / RECORD_BYTES / 2;

    const startedMs = performance.now();
    let workers = await Promise.all([startRun(), startRun()]);
    let [workerKills, flusherKills] = [0, 0];
    let faults: Promise<void> | undefined;

    const killFlushers = async () => {
      while (flusherKills < FLUSHER_KILLS) {
        const flusher = await start(flusherCode, settings);
        await delay(Math.random() * 400);
        await kill(flusher);
        flusherKills++;
      }
    };
    const takeDatabaseAway = async () => {
      proxy.set('refuse');
      await delay(DATABASE_AWAY_MS);
      proxy.set('pass');
    };
    /** Of a process that is dead by then the journal alone has its last parts: those are brought to safety first. */
    const emptyRedis = async () => {
      await collector.collectAll();
      await redis.kill();
      await redis.start();
      const emptyAtMs = Date.now();
      await until(() => workers.every(({ run }) => lastJournalledMs(readRecords(run.file)) > emptyAtMs), 60_000);
    };
    const killWorkers = async () => {
      while (workerKills < WORKER_KILLS || served() < REQUESTS) {
        await delay(BETWEEN_WORKER_KILLS_MS);
        const [first, second] = workers;
        if (!first || !second) throw new Error('two workers');
        await kill(first.worker);
        first.run.killedAtMs = Date.now();
        workers = [second, await startRun()];
        workerKills++;
        if (workerKills === Math.floor(WORKER_KILLS / 4)) faults = takeDatabaseAway();
        if (workerKills === Math.floor((WORKER_KILLS * 3) / 4)) {
          await faults;
          await emptyRedis();
        }
      }
    };
    await Promise.all([killFlushers(), killFlushers(), killWorkers()]);
    for (const { worker } of workers) {
      await worker.ask('stop');
      await kill(worker);
    }
    await collector.collectAll();
    await collector.close();

    const parts = await countedParts(
      test.database,
      runs.flatMap(({ tenants }) => tenants),
    );
    const epochs = runs.map(({ tenants }) => parts.find(({ tenantId }) => tenantId === tenants.at(-1))?.processEpoch);
    // Every part is of a run that is known, or the comparison would leave something out.
    expect(parts.filter(({ processEpoch }) => !epochs.includes(processEpoch))).toEqual([]);
    const verdicts = runs.map((run, index) => verdictsOf(run, epochs[index], parts));

    const all = verdicts.flat();
    const sum = (of: (verdict: (typeof all)[number]) => number, from = all) =>
      from.reduce((total, verdict) => total + of(verdict), 0);
    const lostBy = verdicts.map((own) =>
      sum(({ hits, misses, counted }) => Math.max(0, hits + misses - counted.requests), own),
    );
    const doubled = sum(({ begun, counted }) => Math.max(0, counted.requests - begun));
    const spansMs = runs
      .filter(({ killedAtMs }) => killedAtMs !== undefined)
      .map(unsafeSpanMs)
      .sort((a, b) => a - b);
    const rate = (hits: number, requests: number) => (hits / requests).toFixed(4);
    process.stdout.write(
      `${[
        `requests ${sum(({ begun }) => begun)}, counted ${sum(({ counted }) => counted.requests)}, doubled ${doubled}`,
        `workers killed ${workerKills}, flushers killed ${flusherKills}, ${Math.round((performance.now() - startedMs) / 1_000)} s`,
        `lost ${lostBy.reduce((a, b) => a + b, 0)} in all, at most ${Math.max(...lostBy)} by one kill`,
        `not journalled at a kill: median ${Math.round(spansMs[spansMs.length >> 1] ?? 0)} ms, at most ${Math.round(spansMs.at(-1) ?? 0)} ms`,
        `hit rate ${rate(
          sum(({ counted }) => counted.hits),
          sum(({ counted }) => counted.requests),
        )}, in truth ${rate(
          sum(({ hits }) => hits),
          sum(({ hits, misses }) => hits + misses),
        )}`,
      ].join('\n')}\n`,
    );

    expect(doubled).toBe(0);
    for (const verdict of all) {
      const { begun, hits, misses, counted, safe, closed } = verdict;
      // Of a request that was cut off nobody knows whether it had been counted.
      const cutOff = begun - hits - misses;
      expect(verdict).toMatchObject(closed ? { counted: { requests: begun, hits, misses } } : {});
      expect([
        counted.requests <= begun,
        counted.hits <= hits + cutOff,
        counted.misses <= misses + cutOff,
        verdict,
      ]).toEqual([true, true, true, verdict]);
      expect([
        counted.requests >= safe.requests,
        counted.hits >= safe.hits,
        counted.misses >= safe.misses,
        verdict,
      ]).toEqual([true, true, true, verdict]);
    }
    // The days are the sums of their parts, and their hit rates those of the sums.
    const days = await countedDays(test.database, shared);
    for (const tenant of shared) {
      const own = parts.filter(({ tenantId }) => tenantId === tenant);
      expect(days.find(({ tenantId }) => tenantId === tenant)).toEqual({
        tenantId: tenant,
        requests: own.reduce((total, { requests }) => total + requests, 0),
        hits: own.reduce((total, { hits }) => total + hits, 0),
        off: 0,
      });
    }
    // Otherwise nothing was shown: requests of both kinds, and runs that were journalled before they were killed.
    expect(sum(({ hits }) => hits)).toBeGreaterThan(REQUESTS / 4);
    expect(sum(({ misses }) => misses)).toBeGreaterThan(REQUESTS / 10);
    expect(sum(({ safe }) => safe.requests)).toBeGreaterThan(REQUESTS / 4);
  },
  LONG ? 3_600_000 : 900_000,
);
