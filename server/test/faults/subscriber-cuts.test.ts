import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../fakes/redis-process.js';
import { testRedisUrl } from '../fakes/redis-url.js';
import { type WorkerProcess, type WorkerProgram, workerProgram } from '../fakes/worker-process.js';
import { type FaultWindow, judge, type ProcessHistory, percentile } from './subscriber-cuts-history.js';
import type { WorkerArgument } from './subscriber-cuts-worker.js';
import { TcpFaultProxy } from './tcp-fault-proxy.js';

/** 100 is the long form. */
const CUTS = Number(process.env.SUBSCRIBER_CUTS ?? 10);
const PROCESSES = 4;
const BUSY_KEYS = 24;
const QUIET_TENANTS = 40;
/** Design, section 4: what was missed is served no longer than this. */
const STALE_BOUND_MS = 3_000;
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

describe('four processes whose subscribers are cut', () => {
  let program: WorkerProgram;
  let proxies: TcpFaultProxy[];
  let workers: WorkerProcess[];

  beforeAll(async () => {
    program = await workerProgram(new URL('./subscriber-cuts-worker.ts', import.meta.url));
    proxies = await Promise.all(
      Array.from({ length: PROCESSES }, () => TcpFaultProxy.open(testRedisUrl(), 'tenantcache:subscriber')),
    );
    const busyTenant = `cuts-${randomUUID()}`;
    const quietTenants = Array.from({ length: QUIET_TENANTS }, (_, n) => `${busyTenant}-${n}`);
    workers = proxies.map((proxy, index) => {
      const url = `redis://127.0.0.1:${proxy.port}`;
      return program.start({
        index,
        url,
        busyTenant,
        busyKeys: BUSY_KEYS,
        quietTenants,
        pauseMs: 60,
      } satisfies WorkerArgument);
    });
    await Promise.all(workers.map((worker) => worker.answer()));
  }, 300_000);

  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.kill()));
    await Promise.all(proxies.map((proxy) => proxy.close()));
    program.remove();
  });

  it(`serve nothing older than ${STALE_BOUND_MS} ms over ${CUTS} cuts, and nothing of their own that they replaced`, async () => {
    const faults: FaultWindow[] = [];
    await Promise.all(workers.map((worker) => worker.ask('start')));
    await delay(1_000);
    let cuts = 0;
    const cutOne = async (proxy: TcpFaultProxy, process: number): Promise<void> => {
      while (cuts < CUTS) {
        const fault = (['cut', 'refuse', 'stall'] as const)[cuts++ % 3];
        const fromMs = nowMs();
        proxy.set(fault as 'cut');
        // A silent connection has to be given up by the heartbeat before it can be replaced.
        if (fault !== 'cut') await delay(fault === 'stall' ? STALE_BOUND_MS + 1_500 : 700);
        proxy.set('pass');
        await until(() => proxy.standing === 1);
        faults.push({ process, fromMs, toMs: nowMs() + 1_000 });
        // Long enough that what was missed would be read when it must not be any more.
        await delay(STALE_BOUND_MS + 500);
      }
    };
    await Promise.all(proxies.map(cutOne));
    const histories = await Promise.all(workers.map((worker) => worker.ask<ProcessHistory>('stop')));
    const verdict = judge(histories, faults);
    const figures = {
      cuts,
      reads: histories.reduce((sum, { reads }) => sum + reads, 0),
      mutations: histories.reduce((sum, { mutations }) => sum + mutations.length, 0),
      healthyP50Ms: percentile(verdict.healthyMs, 0.5),
      healthyP99Ms: percentile(verdict.healthyMs, 0.99),
      worstMs: verdict.worstMs,
      ownMs: verdict.ownMs,
    };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    expect({ own: verdict.ownMs, kind: verdict.ownKind }).toEqual({ own: 0, kind: '' });
    expect({ stale: verdict.worstMs > STALE_BOUND_MS, worst: verdict.worst }).toMatchObject({ stale: false });
    expect(figures.mutations).toBeGreaterThan(CUTS);
  }, 1_200_000);
});
