import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { createTenantCache } from '../../src/index.js';
import { type AnswerRun, AnswerRuns } from './answer-runs.js';

/** One of the processes: asks for every user all the time, and keeps when it answered what. */
export interface WorkerArgument {
  readonly url: string;
  /** Where the permissions are, past the proxy: a hash of users, `allow` or `deny`. */
  readonly sourceUrl: string;
  readonly source: string;
  /** Where this process says what it answers: a hash of users, `allow` or `deny`. */
  readonly told: string;
  readonly tenant: string;
  readonly users: readonly string[];
  /** What a load takes at most. */
  readonly loadMs: number;
}

export interface GrantHistory {
  readonly runs: readonly AnswerRun[];
  readonly decisions: number;
  readonly loads: number;
  readonly l1Hits: number;
}

const argument = JSON.parse(process.argv[2] ?? '') as WorkerArgument;
const { url, sourceUrl, source, told, tenant, users, loadMs } = argument;
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
const database = new Redis(sourceUrl);
let loads = 0;
const cache = createTenantCache({
  redis: { url },
  tenants: { default: { quotaBytes: 10_000_000 } },
  redisTimeout: '500ms',
  upkeep: false,
});
const authorization = cache.authorization({
  load: async ({ userId }) => {
    loads++;
    const effect = await database.hget(source, userId);
    // The answer is on its way while it is revoked.
    await delay(Math.random() * loadMs);
    const permissions = effect === 'allow' ? [{ action: 'portfolio:read', effect: 'allow' as const }] : [];
    return { roles: [`role-of-${userId}`], teams: [`team-of-${userId}`], permissions };
  },
});
const handle = cache.forTenant(tenant);
const of = authorization.for(handle);
const runs = new AnswerRuns();
let decisions = 0;
let running = true;

async function ask(user: string): Promise<void> {
  const beganMs = nowMs();
  const granted = await of.can(user, 'portfolio:read');
  decisions++;
  if (runs.add(user, granted, beganMs, nowMs())) void database.hset(told, user, granted ? 'allow' : 'deny');
}

async function hammer(user: string): Promise<void> {
  while (running) {
    // Hits need no turn of the event loop, and would keep everything else from having one.
    for (let times = 0; times < 5; times++) await ask(user);
    await delay(1);
  }
}

let work: Promise<unknown> | undefined;

process.on('message', async (message: 'start' | 'stop') => {
  if (message === 'start') {
    work = Promise.all(users.map(hammer));
    process.send?.('started');
    return;
  }
  running = false;
  await work;
  const { l1Hits } = handle.metrics();
  process.send?.({ runs: runs.all, decisions, loads, l1Hits } satisfies GrantHistory);
});

void cache.ready().then(() => process.send?.('ready'));
