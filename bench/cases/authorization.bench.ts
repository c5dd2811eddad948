import type { TenantCache, TenantCacheServer, UserPermissions } from 'tenantcache';
import { quick } from '../facts.js';
import { permissions, tenantOf, tokenOf } from '../http-apps.js';
import { AUTHORIZED_NAME, serve } from '../http-server.js';
import { manyUsers } from '../many-users.js';
import { measure, report } from '../measure.js';
import { open } from '../peers/tenantcache.js';
import { percentile, timedMs } from '../percentiles.js';
import { permissionSource } from '../permission-source.js';
import { publish, type Row } from '../publish.js';
import { benchRedisUrl } from '../redis-url.js';

const TENANTS = 10;
/** Each user is asked about once where the second or the third tier is to answer. */
const USERS = quick() ? 200 : 1_000;
const REQUESTS = quick() ? 20_000 : 200_000;
const HTTP_TENANTS = 1_000;
const MOST_P95_MS = { L1: 5, L2: 20, L3: 100 } as const;
const LEAST_HIT_RATE = 0.95;
const ACTION = 'portfolio:read';

interface Process {
  readonly cache: TenantCacheServer;
  readonly handles: TenantCache[];
  readonly users: UserPermissions[];
}

const tenants = Array.from({ length: TENANTS }, (_, index) => tenantOf(index));

function openProcess(load: Parameters<TenantCacheServer['authorization']>[0]['load']): Process {
  const cache = open({ redis: { url: benchRedisUrl() }, redisTimeout: '5s' });
  const authorization = cache.authorization({ load });
  const handles = tenants.map((tenant) => cache.forTenant(tenant));
  return { cache, handles, users: handles.map((handle) => authorization.for(handle)) };
}

/** Asks about one user after the other, and throws where an answer is no grant. */
async function timesOf({ users }: Process, count: number, from = 0): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const user = from + Math.floor(n / TENANTS);
    const of = users[n % TENANTS] as UserPermissions;
    times.push(
      await timedMs(async () => {
        if (!(await of.can(`user-${user}`, ACTION, `portfolio/${n % 20}/positions`))) throw new Error('denied');
      }),
    );
  }
  return times;
}

async function tiers(): Promise<void> {
  const source = await permissionSource(tenants);
  const [first, second] = [openProcess(source.load), openProcess(source.load)];
  await Promise.all([first.cache.ready(), second.cache.ready()]);
  // Connections, plans and code; of users who are not asked about again.
  for (const each of [first, second]) await timesOf(each, 50, 900);
  const l3 = await timesOf(first, USERS);
  const l2 = await timesOf(second, USERS);
  const l1: number[] = [];
  for (let round = 0; round < 20; round++) l1.push(...(await timesOf(second, USERS)));
  const rows: Row[] = Object.entries({ L1: l1, L2: l2, L3: l3 }).map(([tier, times]) => {
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(times, share));
    const most = MOST_P95_MS[tier as keyof typeof MOST_P95_MS];
    return {
      name: tier,
      cells: [times.length, ...[p50, p95, p99].map((ms) => Number((ms as number).toPrecision(3)))],
      target: `P95 < ${most} ms`,
      reached: (p95 as number) < most,
    };
  });
  publish({
    title: 'A decision, by the tier that its set comes from',
    note: `One after the other, in milliseconds; sets of 20 permissions of ${TENANTS} tenants. L3 is ${source.name}, with the lease and the store of what it brings.`,
    columns: ['decisions', 'P50', 'P95', 'P99'],
    rows,
  });
  await hitRate(second);
  for (const handle of first.handles) await handle.clear();
  await Promise.all([first.cache.close(), second.cache.close()]);
  await source.close();
}

/** Few users ask often: the n-th asks 1/n as often as the first. */
async function hitRate(process: Process): Promise<void> {
  const before = totals(process);
  const weights = Array.from({ length: USERS / TENANTS }, (_, n) => 1 / (n + 1));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  let seed = 1;
  const random = () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  for (const handle of process.handles) await handle.clear();
  for (let n = 0; n < REQUESTS; n++) {
    let left = random() * sum;
    let user = 0;
    for (; user < weights.length - 1 && left > (weights[user] as number); user++) left -= weights[user] as number;
    await process.users[n % TENANTS]?.can(`user-${user}`, ACTION);
    // A role of a tenant changes now and then.
    if (n % 20_000 === 19_999) await process.users[n % TENANTS]?.roleChanged(`role-${user % 20}`);
  }
  const after = totals(process);
  const rate = (after.hits - before.hits) / (after.requests - before.requests);
  publish({
    title: 'Hit rate of decisions',
    note: `From a cold cache: ${REQUESTS.toLocaleString('en')} decisions about ${USERS.toLocaleString('en')} users, the n-th of a tenant 1/n as often as the first; a role changes every 20,000 decisions.`,
    columns: ['hit rate'],
    rows: [
      {
        name: 'L1 and L2',
        cells: [Number(rate.toPrecision(4))],
        target: `> ${LEAST_HIT_RATE}`,
        reached: rate > LEAST_HIT_RATE,
      },
    ],
  });
}

function totals({ handles }: Process) {
  const all = handles.map((handle) => handle.metrics());
  const sum = (of: (each: (typeof all)[0]) => number) => all.reduce((total, each) => total + of(each), 0);
  return { hits: sum(({ hits }) => hits), requests: sum(({ requests }) => requests) };
}

/** Whether it would pay to keep decisions as entries of their own. */
async function keptDecisions(): Promise<void> {
  const cache = open({});
  const handle = cache.forTenant(tenantOf(0));
  const sizes = [10, 100, 1_000];
  const authorization = cache.authorization({
    load: async ({ userId }) => ({ roles: [], teams: [], permissions: permissions(Number(userId)) }),
  });
  const of = authorization.for(handle);
  const objects = Array.from({ length: 100 }, (_, n) => `portfolio/${n % 10}/positions/${n}`);
  for (const object of objects) await handle.set('decisions', `10 ${ACTION} ${object}`, true);
  const at = (index: number) => objects[index % objects.length] as string;
  const rows = await measure(
    [
      {
        name: 'a decision that was kept: an entry in L1',
        run: (index) => handle.get('decisions', `10 ${ACTION} ${at(index)}`),
      },
      ...sizes.map((size) => ({
        name: `decided from a set of ${size.toLocaleString('en')} permissions in L1`,
        run: (index: number) => of.can(`${size}`, ACTION, at(index)),
      })),
    ],
    { operations: 300_000, slotMs: 200, inFlight: 1 },
  );
  report(
    'Keeping decisions against deciding',
    'A kept decision has a key for each user, action and object, and its own place in L1 and Redis; a set is kept once. The first row leaves out what tells whether the decision is still true, and the check of the names.',
    rows,
  );
  await cache.close();
}

async function compare(): Promise<void> {
  await keptDecisions();
  await tiers();
  const tokens = await Promise.all(Array.from({ length: HTTP_TENANTS }, (_, index) => tokenOf(tenantOf(index))));
  await manyUsers('Users with connections that stay, each request decided', AUTHORIZED_NAME, tokens);
}

const app = process.env.BENCH_SERVE;
await (app === undefined ? compare() : serve(app));
