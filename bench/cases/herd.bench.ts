import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { median, quick } from '../facts.js';
import { PEERS } from '../peers/all.js';
import { publish } from '../publish.js';
import { benchRedisUrl } from '../redis-url.js';
import { RUN, VALUE } from '../workload.js';

const PROCESSES = 4;
const CALLERS = 1_000;
const LOAD_MS = 40;
const MOST_MS = LOAD_MS * 1.2 + 20;

interface Answer {
  readonly loads: number;
  readonly ms: number;
}

/** In a child: opens its cache, then answers each key it is sent with what 1,000 callers at once came to. */
async function serve(name: string): Promise<void> {
  const peer = PEERS.find((one) => one.name === name);
  if (!peer) throw new Error(`no peer is called ${name}`);
  const cache = await peer.tiered(benchRedisUrl());
  await cache.getOrSet(`warm-${process.pid}`, async () => VALUE);
  process.on('message', async (key: string) => {
    let loads = 0;
    const load = async () => {
      loads++;
      await delay(LOAD_MS);
      return VALUE;
    };
    const startedMs = performance.now();
    await Promise.all(Array.from({ length: CALLERS }, () => cache.getOrSet(key, load)));
    process.send?.({ loads, ms: performance.now() - startedMs } satisfies Answer);
  });
  process.send?.('ready');
}

async function herd(name: string, rounds: number) {
  const start = () =>
    fork(process.argv[1] as string, [name], { env: { ...process.env, BENCH_PEER: name, BENCH_RUN: RUN } });
  const children = Array.from({ length: PROCESSES }, start);
  try {
    await Promise.all(children.map((child) => once(child, 'message')));
    const loads: number[] = [];
    const walls: number[] = [];
    for (let round = -1; round < rounds; round++) {
      const answers = await Promise.all(children.map((child) => ask(child, `herd-${RUN}-${name}-${round}`)));
      // The first herd meets code that was never run.
      if (round < 0) continue;
      loads.push(answers.reduce((sum, answer) => sum + answer.loads, 0));
      walls.push(Math.max(...answers.map((answer) => answer.ms)));
    }
    return { loads: Math.max(...loads), ms: median(walls) };
  } finally {
    for (const child of children) child.kill();
  }
}

async function ask(child: ChildProcess, key: string): Promise<Answer> {
  const answer = once(child, 'message');
  child.send(key);
  return ((await answer) as [Answer])[0];
}

async function compare(): Promise<void> {
  const rows = [];
  for (const { name } of PEERS) {
    process.stderr.write(`… ${name}: ${PROCESSES} processes\n`);
    const { loads, ms } = await herd(name, quick() ? 3 : 15);
    const judged = name === 'tenantcache' && {
      target: `1 load, <= ${MOST_MS} ms`,
      reached: loads === 1 && ms <= MOST_MS,
    };
    rows.push({ name, cells: [loads, Math.round(ms)], ...judged });
  }
  publish({
    title: `Herd: ${CALLERS.toLocaleString('en')} callers in each of ${PROCESSES} processes ask for one cold key`,
    note: `The loader takes ${LOAD_MS} ms. Loads: the most of all rounds; time until the last of the callers has its value: the median.`,
    columns: ['loads', 'ms'],
    rows,
  });
}

const peer = process.env.BENCH_PEER;
await (peer === undefined ? compare() : serve(peer));
