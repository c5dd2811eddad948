import autocannon from 'autocannon';
import { median, quick } from '../facts.js';
import { APPS, BARE, L1_HIT, MIDDLEWARE, tenantOf, tokenOf } from '../http-apps.js';
import { oneAtATime, requestHead } from '../http-connections.js';
import { HttpServer, serve } from '../http-server.js';
import { percentile } from '../percentiles.js';
import { publish } from '../publish.js';

const ROUNDS = quick() ? 3 : 9;
const SECONDS = quick() ? 1 : 4;
const CONNECTIONS = 64;
const ALONE = quick() ? 300 : 2_000;
const LEAST_L1_HIT = 0.85;
const MOST_OVER_MS = 0.15;
const MOST_P99_OVER_MS = 5;

interface Round {
  readonly perSecond: number;
  readonly cpuUs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly aloneP50Ms: number;
  readonly aloneP99Ms: number;
}

async function round(server: HttpServer, token: string): Promise<Round> {
  const before = await server.state();
  const result = await autocannon({
    url: `http://127.0.0.1:${server.port}/answer`,
    connections: CONNECTIONS,
    duration: SECONDS,
    headers: { host: 'bench.example', authorization: `Bearer ${token}` },
  });
  const failed = result.errors + result.timeouts + result.non2xx;
  if (failed > 0) throw new Error(`${server.name}: ${failed} of ${result.requests.total} requests failed`);
  const { cpuMs } = await server.state();
  const alone = await oneAtATime(server.port, requestHead(token), ALONE);
  return {
    perSecond: result.requests.total / result.duration,
    cpuUs: ((cpuMs - before.cpuMs) * 1_000) / result.requests.total,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    aloneP50Ms: percentile(alone, 0.5),
    aloneP99Ms: percentile(alone, 0.99),
  };
}

async function compare(): Promise<void> {
  const token = await tokenOf(tenantOf(0));
  const servers: HttpServer[] = [];
  for (const name of Object.keys(APPS)) servers.push(await HttpServer.start(name));
  const rounds = servers.map((): Round[] => []);
  // The first round warms up. Every other one runs backwards, so that nobody always follows the same server.
  for (let n = -1; n < ROUNDS; n++) {
    const order = servers.map((_, position) => (n % 2 === 0 ? position : servers.length - 1 - position));
    for (const position of order) {
      const done = await round(servers[position] as HttpServer, token);
      if (n >= 0) rounds[position]?.push(done);
    }
    process.stderr.write(`… round ${n + 2} of ${ROUNDS + 1}\n`);
  }
  for (const server of servers) await server.stop();

  const bare = rounds[0] as Round[];
  publish({
    title: 'Requests through Express',
    note: `GET of 1 KB of JSON, a server in a process of its own. Rates and P50/P99 with ${CONNECTIONS} keep-alive connections of autocannon, in whole milliseconds as it counts them; processor time of the server a request, which says more than a rate where others use the machine; "alone": one request after the other over one connection, and what its median is above the bare route's. Medians of ${ROUNDS} interleaved rounds of ${SECONDS} s, ratios of the same round.`,
    columns: [
      'requests/s',
      'ratio',
      'CPU, us',
      'CPU ratio',
      'P50, ms',
      'P99, ms',
      'alone P50, ms',
      'alone P99, ms',
      'over bare, ms',
    ],
    rows: servers.map(({ name }, position) => {
      const own = rounds[position] as Round[];
      const of = (pick: (round: Round, bare: Round) => number) => median(own.map((r, n) => pick(r, bare[n] as Round)));
      const ratio = of((r, b) => r.perSecond / b.perSecond);
      const overMs = of((r, b) => r.aloneP50Ms - b.aloneP50Ms);
      const overP99Ms = of((r, b) => r.aloneP99Ms - b.aloneP99Ms);
      const judged =
        name === L1_HIT
          ? { target: `>= ${LEAST_L1_HIT}`, reached: ratio >= LEAST_L1_HIT }
          : name === MIDDLEWARE && {
              target: `< ${MOST_OVER_MS} ms over bare alone, P99 < ${MOST_P99_OVER_MS} ms`,
              reached: overMs < MOST_OVER_MS && overP99Ms < MOST_P99_OVER_MS,
            };
      return {
        name,
        cells: [
          Math.round(of((r) => r.perSecond)),
          Number(ratio.toPrecision(3)),
          Number(of((r) => r.cpuUs).toFixed(1)),
          Number(of((r, b) => b.cpuUs / r.cpuUs).toPrecision(3)),
          of((r) => r.p50Ms),
          of((r) => r.p99Ms),
          Number(of((r) => r.aloneP50Ms).toFixed(3)),
          Number(of((r) => r.aloneP99Ms).toFixed(3)),
          name === BARE ? 0 : Number(overMs.toFixed(3)),
        ],
        ...judged,
      };
    }),
  });
}

const app = process.env.BENCH_SERVE;
await (app === undefined ? compare() : serve(app));
