import { median, quick } from '../facts.js';
import { BARE, L1_HIT, tenantOf, tokenOf } from '../http-apps.js';
import { HttpServer, MIXED_NAME, serve } from '../http-server.js';
import { manyUsers, saturated } from '../many-users.js';
import { percentile } from '../percentiles.js';
import { publish } from '../publish.js';

const TENANTS = 1_000;
const MIXED_SECONDS = quick() ? 5 : 300;

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
  await manyUsers('Users with connections that stay', L1_HIT, tokens);
  await mixed(tokens);
}

const app = process.env.BENCH_SERVE;
await (app === undefined ? compare() : serve(app));
