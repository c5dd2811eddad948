import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { WebhookSender } from '../../src/alerts/webhook-sender.js';
import type { AlertStore } from '../../src/core/alerts.js';
import type { UsageSink } from '../../src/core/usage-sink.js';
import { newWebhookSecret, type Webhook } from '../../src/core/webhooks.js';
import { postgresUsage } from '../../src/postgres/index.js';
import { type WorkerProcess, type WorkerProgram, workerProgram } from '../fakes/worker-process.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const ADMIN = { id: 'admin@example.com', source: 'api' } as const;
const PING_EACH = 30;
const HOOKS = 3;
const KILLS = 4;
let test: TestDatabase;
let program: WorkerProgram;
let receiver: Server;
/** How often each message arrived. */
let got = new Map<string, number>();
let held: Promise<void> | undefined;

beforeAll(async () => {
  [test, program] = await Promise.all([
    createTestDatabase(),
    workerProgram(new URL('./webhook-worker.ts', import.meta.url)),
  ]);
  receiver = createServer(async (req, res) => {
    const id = String(req.headers['tenantcache-delivery']);
    got.set(id, (got.get(id) ?? 0) + 1);
    await held;
    res.writeHead(204).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  program.remove();
  await test.drop();
});

async function opened(
  work: (store: AlertStore, hooks: readonly Webhook[], sinks: readonly UsageSink[]) => Promise<void>,
) {
  const sinks = [1, 2].map(() => postgresUsage({ url: test.appUrl, adminUrl: test.adminUrl }));
  const store = sinks[0]?.alerts as AlertStore;
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  const hooks: Webhook[] = [];
  for (let n = 0; n < HOOKS; n++) {
    const given = { tenantId: null, url, events: ['alert.raised'], active: true } as const;
    hooks.push(await store.webhooks.create(given, newWebhookSecret(), 'wanted', ADMIN));
  }
  got = new Map();
  for (const { id } of hooks) for (let n = 0; n < PING_EACH; n++) await store.webhooks.ping(id, 'does it work', ADMIN);
  try {
    await work(store, hooks, sinks);
  } finally {
    for (const { id } of hooks) await store.webhooks.remove(id, 'end of test', ADMIN);
    await Promise.all(sinks.map((sink) => sink.close()));
  }
}

async function delivered(store: AlertStore, hooks: readonly Webhook[]): Promise<number> {
  const query = { state: 'delivered', page: 1, pageSize: 1 } as const;
  const pages = await Promise.all(hooks.map(({ id }) => store.webhooks.deliveries(id, query)));
  return pages.reduce((sum, { total }) => sum + total, 0);
}

it('two senders at once send each message once', async () => {
  await opened(async (store, hooks, sinks) => {
    const senders = sinks.map(
      (sink) =>
        new WebhookSender({
          webhooks: (sink.alerts as AlertStore).webhooks,
          emit: () => {},
          version: '0.0.0',
          allowHttp: true,
          allowPrivateAddresses: true,
        }),
    );
    // A turn ends where the other has the places of every webhook; the next one finds what it left.
    while ((await delivered(store, hooks)) < HOOKS * PING_EACH)
      await Promise.all(senders.map((sender) => sender.turn()));
    expect(got.size).toBe(HOOKS * PING_EACH);
    expect([...got.values()].filter((times) => times !== 1)).toEqual([]);
    await Promise.all(senders.map((sender) => sender.close()));
  });
}, 300_000);

it('senders killed with -9 lose no message; what was under way comes again under the same id', async () => {
  await opened(async (store, hooks) => {
    const start = async () => {
      const worker = program.start({ url: test.appUrl, adminUrl: test.adminUrl, leaseMs: 1_500 });
      await worker.answer();
      return worker;
    };
    let release = () => {};
    const workers: WorkerProcess[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      // Held, so that each is killed with messages under way.
      held = new Promise((resolve) => {
        release = resolve;
      });
      const before = [...got.values()].reduce((sum, times) => sum + times, 0);
      const worker = await start();
      while ([...got.values()].reduce((sum, times) => sum + times, 0) === before) await delay(10);
      await worker.kill();
      release();
    }
    held = undefined;
    workers.push(await start(), await start());
    while ((await delivered(store, hooks)) < HOOKS * PING_EACH) await delay(50);
    await Promise.all(workers.map((worker) => worker.kill()));
    expect(got.size).toBe(HOOKS * PING_EACH);
    const again = [...got.values()].reduce((sum, times) => sum + times - 1, 0);
    // Two of each webhook are under way at the most when a sender is killed.
    expect(again).toBeGreaterThan(0);
    expect(again).toBeLessThanOrEqual(KILLS * HOOKS * 2);
  });
}, 300_000);
