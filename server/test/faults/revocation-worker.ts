import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { createTenantCache } from '../../src/index.js';

/** One of the processes: asks for every user all the time, and keeps when it granted. */
export interface WorkerArgument {
  readonly url: string;
  /** Where the permissions are, past the proxy: a hash of users, `allow` or `deny`. */
  readonly sourceUrl: string;
  readonly source: string;
  readonly tenant: string;
  readonly users: readonly string[];
  /** What a load takes at most. */
  readonly loadMs: number;
}

/** Grants without a denial in between, by the clock that all processes of a machine share. */
export interface GrantSpan {
  readonly user: string;
  readonly firstMs: number;
  lastMs: number;
}

export interface GrantHistory {
  readonly spans: readonly GrantSpan[];
  readonly decisions: number;
  readonly loads: number;
  readonly l1Hits: number;
}

const argument = JSON.parse(process.argv[2] ?? '') as WorkerArgument;
const { url, sourceUrl, source, tenant, users, loadMs } = argument;
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
const spans: GrantSpan[] = [];
const open = new Map<string, GrantSpan>();
let decisions = 0;
let running = true;

async function ask(user: string): Promise<void> {
  const granted = await of.can(user, 'portfolio:read');
  const atMs = nowMs();
  decisions++;
  const span = open.get(user);
  if (!granted) open.delete(user);
  else if (span) span.lastMs = atMs;
  else {
    const begun = { user, firstMs: atMs, lastMs: atMs };
    open.set(user, begun);
    spans.push(begun);
  }
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
  process.send?.({ spans, decisions, loads, l1Hits } satisfies GrantHistory);
});

void cache.ready().then(() => process.send?.('ready'));
