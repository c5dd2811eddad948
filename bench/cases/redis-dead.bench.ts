import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createTenantCache } from 'tenantcache';
import { median, quick } from '../facts.js';
import { PEERS } from '../peers/all.js';
import { cacheableNonBlocking } from '../peers/cacheable.js';
import type { Peer } from '../peers/peer.js';
import { publish } from '../publish.js';

const LIMIT_MS = 15_000;
const LOAD_MS = 10;
const MOST_MS = LOAD_MS + 50;

/** All defaults: here the deadline and the breaker are what is measured. */
const ours: Pick<Peer, 'name' | 'tiered'> = {
  name: 'tenantcache',
  async tiered(url) {
    const cache = createTenantCache({ redis: { url }, tenants: { default: { quotaBytes: 64 * 1024 * 1024 } } });
    const tenant = cache.forTenant('bench');
    return { getOrSet: (key, load) => tenant.getOrSet('bench', key, load), close: () => cache.close() };
  },
};
const others = [...PEERS.filter(({ name }) => name !== ours.name), cacheableNonBlocking];

/** In a child: from before the cache is opened until the first call has its value. */
async function serve(name: string, url: string): Promise<void> {
  process.on('uncaughtException', (error) => process.send?.({ failed: error.name }));
  const peer = [ours, ...others].find((one) => one.name === name);
  if (!peer) throw new Error(`no peer is called ${name}`);
  const load = async () => {
    await delay(LOAD_MS);
    return 'value';
  };
  let startedMs = performance.now();
  const cache = await peer.tiered(url);
  for (const key of ['first', 'second']) {
    await cache.getOrSet(key, load);
    process.send?.({ ms: performance.now() - startedMs });
    startedMs = performance.now();
  }
}

async function ask(name: string, url: string): Promise<string[]> {
  const env = { ...process.env, BENCH_PEER: name, BENCH_DEAD_REDIS: url };
  // Some print every failed attempt to connect.
  const child = fork(process.argv[1] as string, [], { env, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const cells: string[] = [];
  child.on('message', ({ ms, failed }: { ms?: number; failed?: string }) => {
    cells.push(ms === undefined ? `failed: ${failed}` : shown(ms));
  });
  const late = delay(LIMIT_MS, undefined, { ref: false });
  const answered = (async () => {
    while (cells.length < 2) await once(child, 'message');
  })();
  await Promise.race([answered, late, once(child, 'exit')]);
  child.kill('SIGKILL');
  return [cells[0] ?? `> ${LIMIT_MS / 1_000} s`, cells[1] ?? 'not within that time'];
}

const shown = (ms: number) => `${Math.round(ms)} ms`;

/** A port of which it is known that nobody listens on it. */
async function deadUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return `redis://127.0.0.1:${typeof address === 'object' && address ? address.port : 1}`;
}

async function compare(): Promise<void> {
  const url = await deadUrl();
  // Ours alone, because it is judged; the others together, because most of them take all the time there is.
  const rounds: string[][] = [];
  for (let round = 0; round < (quick() ? 1 : 5); round++) rounds.push(await ask(ours.name, url));
  const own = [0, 1].map((call) => shown(median(rounds.map((cells) => Number.parseFloat(cells[call] ?? '')))));
  process.stderr.write(`… the others, all at once, at most ${LIMIT_MS / 1_000} s\n`);
  const answers = await Promise.all(others.map(async ({ name }) => ({ name, cells: await ask(name, url) })));
  const reached = Number.parseFloat(own[0] ?? '') <= MOST_MS;
  publish({
    title: 'Redis dead from the start',
    note: `From opening the cache to the value of its first call, and of the second; the loader takes ${LOAD_MS} ms.`,
    columns: ['first call', 'second call'],
    rows: [{ name: ours.name, cells: own, target: `<= ${MOST_MS} ms`, reached }, ...answers],
  });
}

const { BENCH_PEER: peer, BENCH_DEAD_REDIS: dead } = process.env;
await (peer !== undefined && dead !== undefined ? serve(peer, dead) : compare());
