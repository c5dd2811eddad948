import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';
import { median, quick } from '../facts.js';
import { BARE, L1_HIT, tenantOf, tokenOf } from '../http-apps.js';
import { requestHead, users } from '../http-connections.js';
import { HttpServer, MIXED_NAME, serve } from '../http-server.js';
import { percentile } from '../percentiles.js';
import { publish, type Row } from '../publish.js';

const TENANTS = 1_000;
const MOST_P95_MS: Readonly<Record<number, number>> = { 1000: 50, 5000: 75, 10000: 100, 15000: 150 };
const USERS_MS = quick() ? 3_000 : 20_000;
const MIXED_SECONDS = quick() ? 5 : 300;
/** Of what the bare route serves: users pause, and a server that is asked for all it can give only shows its queue. */
const SHARE = 0.5;

/** How many connections one process may have, here and in the server; some are needed for other files. */
function mostConnections(): number {
  const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  return Number(limit ?? 1_024) - 200;
}

async function saturated(port: number, tokens: readonly string[], seconds: number) {
  const requests = tokens.map((token) => ({ headers: { authorization: `Bearer ${token}` } }));
  return autocannon({ url: `http://127.0.0.1:${port}/answer`, connections: 64, duration: seconds, requests });
}

async function manyUsers(tokens: readonly string[]): Promise<void> {
  const heads = tokens.map(requestHead);
  const servers = [await HttpServer.start(BARE), await HttpServer.start(L1_HIT)];
  for (const { port } of servers) await saturated(port, tokens, 2);
  const capacity = await saturated(servers[0]?.port ?? 0, tokens, quick() ? 1 : 5);
  const perSecond = Math.round((capacity.requests.total / capacity.duration) * SHARE);
  const rows: Row[] = [];
  for (const [count, mostMs] of Object.entries(MOST_P95_MS).map(([count, most]) => [Number(count), most] as const)) {
    if (count > mostConnections()) {
      process.stderr.write(`… ${count} connections are more than this process may open\n`);
      continue;
    }
    const p95s: number[] = [];
    for (const { name, port } of servers) {
      process.stderr.write(`… ${name}, ${count} users\n`);
      const { timesMs, failed } = await users(port, count, heads, perSecond, USERS_MS);
      const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => Number(percentile(timesMs, share).toFixed(2)));
      p95s.push(p95 as number);
      const [bareMs = 0] = p95s;
      rows.push({
        name: `${count.toLocaleString('en')}: ${name}`,
        cells: [perSecond, timesMs.length, failed, p50 as number, p95 as number, p99 as number],
        ...(name !== BARE && {
          target: `0 failed, P95 < ${mostMs} ms${bareMs < mostMs ? '' : ' (the bare route is above it)'}`,
          reached: failed === 0 && ((p95 as number) < mostMs || bareMs >= mostMs),
        }),
      });
    }
  }
  for (const server of servers) await server.stop();
  publish({
    title: 'Users with connections that stay',
    note: `Each asks in turn, ${perSecond} requests/s in all: half of what the bare route serves here at its most. Of ${TENANTS.toLocaleString('en')} tenants, each with a token of its own. Times from when a request was due until the whole answer was there, in milliseconds.`,
    columns: ['requests/s', 'requests', 'failed', 'P50', 'P95', 'P99'],
    rows,
  });
}

async function mixed(tokens: readonly string[]): Promise<void> {
  const [bare, ours] = [await HttpServer.start(BARE), await HttpServer.start(MIXED_NAME)];
  for (const { port } of [bare, ours]) await saturated(port, tokens, 3);
  await ours.state();
  const rssBytes: number[] = [];
  const rates: number[] = [];
  const [get, set]: [number[], number[]] = [[], []];
  let failed = 0;
  // In turns, so that both meet the same machine.
  const turns = Math.max(1, Math.round(MIXED_SECONDS / 10));
  for (let turn = 0; turn < turns; turn++) {
    const seconds = MIXED_SECONDS / turns;
    const plain = await saturated(bare.port, tokens, Math.max(1, seconds / 5));
    const done = await saturated(ours.port, tokens, seconds);
    failed += done.errors + done.timeouts + done.non2xx;
    rates.push(done.requests.total / done.duration / (plain.requests.total / plain.duration));
    const state = await ours.state();
    rssBytes.push(state.rssBytes);
    for (const ms of state.times.get) get.push(ms);
    for (const ms of state.times.set) set.push(ms);
  }
  for (const server of [bare, ours]) await server.stop();
  const mib = (bytes = 0) => Math.round(bytes / 1_048_576);
  const third = Math.ceil(rssBytes.length / 3);
  const [first, last] = [median(rssBytes.slice(0, third)), median(rssBytes.slice(-third))];
  const [getMs, setMs] = [percentile(get, 0.99), percentile(set, 0.99)];
  publish({
    title: `${TENANTS.toLocaleString('en')} tenants, nine reads and one write of ten, as fast as it goes`,
    note: `For ${MIXED_SECONDS} s over 64 connections. Times of the calls of the cache, as the server measured them, in milliseconds; the ratio is to the bare route in turns of seconds; RSS in MiB, medians of the first and the last third.`,
    columns: ['ratio', 'failed', 'get P99', 'set P99', 'RSS first', 'RSS last'],
    rows: [
      {
        name: 'tenantcache',
        cells: [
          Number(median(rates).toPrecision(3)),
          failed,
          Number(getMs.toFixed(3)),
          Number(setMs.toFixed(3)),
          mib(first),
          mib(last),
        ],
        target: 'get < 2 ms, set < 5 ms, RSS <= +10 %',
        reached: failed === 0 && getMs < 2 && setMs < 5 && last <= first * 1.1,
      },
    ],
  });
}

async function compare(): Promise<void> {
  const tokens = await Promise.all(Array.from({ length: TENANTS }, (_, index) => tokenOf(tenantOf(index))));
  await manyUsers(tokens);
  await mixed(tokens);
}

const app = process.env.BENCH_SERVE;
await (app === undefined ? compare() : serve(app));
