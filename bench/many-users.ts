import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';
import { quick } from './facts.js';
import { BARE } from './http-apps.js';
import { oneOfEach, requestHead, users } from './http-connections.js';
import { HttpServer } from './http-server.js';
import { percentile } from './percentiles.js';
import { publish, type Row } from './publish.js';

const MOST_P95_MS: Readonly<Record<number, number>> = { 1000: 50, 5000: 75, 10000: 100, 15000: 150 };
const USERS_MS = quick() ? 3_000 : 20_000;
/** Of what the bare route serves: users pause, and a server that is asked for all it can give only shows its queue. */
const SHARE = 0.5;

/** As fast as 64 connections go. */
export async function saturated(port: number, tokens: readonly string[], seconds: number) {
  const requests = tokens.map((token) => ({ headers: { authorization: `Bearer ${token}` } }));
  return autocannon({ url: `http://127.0.0.1:${port}/answer`, connections: 64, duration: seconds, requests });
}

/** How many connections one process may have, here and in the server; some are needed for other files. */
function mostConnections(): number {
  const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  return Number(limit ?? 1_024) - 200;
}

/** Compares an app with the bare route under 1,000 to 15,000 connections that stay, and publishes it. */
export async function manyUsers(title: string, ours: string, tokens: readonly string[]): Promise<void> {
  const heads = tokens.map(requestHead);
  const servers = [await HttpServer.start(BARE), await HttpServer.start(ours)];
  // What is compared is how they serve, not how they begin: until code is compiled and each tenant has been there.
  for (const { port } of servers) {
    await oneOfEach(port, heads);
    await saturated(port, tokens, quick() ? 2 : 10);
  }
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
    title,
    note: `Each asks in turn, ${perSecond} requests/s in all: half of what the bare route serves here at its most. Of ${tokens.length.toLocaleString('en')} tenants, each with a token of its own. Times from when a request was due until the whole answer was there, in milliseconds.`,
    columns: ['requests/s', 'requests', 'failed', 'P50', 'P95', 'P99'],
    rows,
  });
}
