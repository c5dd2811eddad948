import { setTimeout as delay } from 'node:timers/promises';
import { createTenantCache } from '../../src/index.js';
import type { Mutation, ProcessHistory, Span } from './subscriber-cuts-history.js';

/** One of the processes: reads every key all the time, changes one now and then, and keeps its history. */
export interface WorkerArgument {
  readonly index: number;
  readonly url: string;
  /** Of a tenant with many keys that change all the time. */
  readonly busyTenant: string;
  readonly busyKeys: number;
  /** Each with one key that seldom changes, so that nothing soon corrects what was missed. */
  readonly quietTenants: readonly string[];
  /** Between two changes, on average. */
  readonly pauseMs: number;
}

const { index, url, busyTenant, busyKeys, quietTenants, pauseMs } = JSON.parse(process.argv[2] ?? '') as WorkerArgument;
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
const any = (limit: number) => Math.floor(Math.random() * limit);
const tagOf = (key: number) => `tag:${key % 4}`;
const busy = Array.from({ length: busyKeys }, (_, key) => key);
const all = [...busy, ...quietTenants.map((_, at) => busyKeys + at)];
/** Of the changes, those that concern a quiet tenant. */
const QUIET_PERCENT = 6;

let storeErrors = 0;
const cache = createTenantCache({
  redis: { url },
  tenants: { default: { quotaBytes: 10_000_000 } },
  redisTimeout: '5s',
  upkeep: false,
  observers: [(event) => void (event.type === 'store-error' && storeErrors++)],
});
const handles = all.map((key) => cache.forTenant(quietTenants[key - busyKeys] ?? busyTenant));
const handleOf = (key: number) => handles[key] as (typeof handles)[0];

let running = true;
let reads = 0;
let made = 0;
const values: Record<string, number | null> = {};
const mutations: Mutation[] = [];
const spans: Span[] = [];
const latest = new Map<number, { value: string; lastMs: number }>();

function saw(key: number, value: string, beganMs: number): void {
  const span = latest.get(key);
  if (span?.value === value) span.lastMs = Math.max(span.lastMs, beganMs);
  else {
    if (span) spans.push({ key, ...span });
    latest.set(key, { value, lastMs: beganMs });
  }
}

async function read(key: number): Promise<void> {
  const beganMs = nowMs();
  const found =
    any(3) > 0
      ? await handleOf(key).get<string>('r', `${key}`)
      : await handleOf(key).getOrSet('r', `${key}`, () => load(), { tags: [tagOf(key)] });
  reads++;
  if (found !== undefined) saw(key, found, beganMs);
}

async function load(): Promise<string> {
  const value = `load-${index}-${++made}`;
  values[value] = nowMs();
  await delay(any(15));
  return value;
}

async function change(): Promise<void> {
  const quiet = any(100) < QUIET_PERCENT;
  const key = quiet ? busyKeys + any(quietTenants.length) : any(busyKeys);
  const handle = handleOf(key);
  const others = quiet ? [key] : busy;
  const dice = any(100);
  const value = `set-${index}-${++made}`;
  const errorsBefore = storeErrors;
  const invokedMs = nowMs();
  let kind = 'set';
  let covered = [key];
  if (dice < 55) {
    values[value] = null;
    const { stored } = await handle.set('r', `${key}`, value, { tags: [tagOf(key)] });
    if (stored) values[value] = nowMs();
  } else if (dice < 70) {
    kind = 'delete';
    await handle.delete('r', `${key}`);
  } else if (dice < 82) {
    kind = 'tags';
    await handle.invalidateTags([tagOf(key)]);
    covered = others.filter((each) => tagOf(each) === tagOf(key));
  } else if (dice < 94) {
    kind = 'prefix';
    await handle.invalidatePrefix('r', `${key}`);
    covered = others.filter((each) => `${each}`.startsWith(`${key}`));
  } else if (dice < 97) {
    kind = 'resource';
    await handle.invalidateResource('r');
    covered = others;
  } else {
    kind = 'clear';
    await handle.clear();
    covered = others;
  }
  // Whether an operation that met a silent store took effect is not known.
  if (storeErrors === errorsBefore) mutations.push({ keys: covered, kind, invokedMs, ackedMs: nowMs() });
}

async function readers(): Promise<void> {
  while (running) {
    for (const key of all) await read(key);
    await delay(1);
  }
}

async function writers(): Promise<void> {
  while (running) {
    await delay(any(2 * pauseMs));
    if (running) await change();
  }
}

let work: Promise<unknown> | undefined;

process.on('message', async (message: 'start' | 'stop') => {
  if (message === 'start') {
    work = Promise.all([readers(), readers(), writers()]);
    process.send?.('started');
    return;
  }
  running = false;
  await work;
  for (const [key, span] of latest) spans.push({ key, ...span });
  process.send?.({ values, mutations, spans, reads } satisfies ProcessHistory);
});

void cache.ready().then(() => process.send?.('ready'));
