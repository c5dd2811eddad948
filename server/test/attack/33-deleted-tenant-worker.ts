import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import express from 'express';
import { createTenantCache } from '../../src/index.js';
import { postgresTenants } from '../../src/postgres/index.js';

/** One of the processes: reads all keys of a tenant all the time, and administers where it is asked. */
export interface DeletionArgument {
  readonly redisUrl: string;
  readonly url: string;
  readonly adminUrl: string;
  readonly tenant: string;
  readonly keys: number;
  /** Ends its reads where it is refused, as an application that answers 403 does. */
  readonly stopWhenRefused: boolean;
}

export interface DeletionReport {
  readonly l1Hits: number;
  /** Reads since the last report, by the era of the value or the code of the error. */
  readonly seen: Readonly<Record<string, number>>;
  /** Of the machine's monotonic clock: what the last read that found an old value had heard by. */
  readonly lastOldMs: number;
}

export type DeletionOrder = { readonly kind: 'era'; readonly era: string } | { readonly kind: 'report' | 'resume' };

const argument = JSON.parse(process.argv[2] ?? '') as DeletionArgument;
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
const cache = createTenantCache({
  redis: { url: argument.redisUrl },
  redisTimeout: '5s',
  tenants: postgresTenants({ url: argument.url, adminUrl: argument.adminUrl }),
  upkeep: false,
});
let era = 'old';
let stopped = false;
let lastOldMs = 0;
let seen: Record<string, number> = {};

/** @param heardMs until when this process has heard all that it was told: what it did not hear of it cannot know */
async function read(key: number, heardMs: number): Promise<void> {
  const load = async () => ({ era, filling: 'x'.repeat(1_000) });
  try {
    const value = await cache.forTenant(argument.tenant).getOrSet('r', `${key}`, load);
    if (value.era === 'old') lastOldMs = Math.max(lastOldMs, heardMs);
    seen[value.era] = (seen[value.era] ?? 0) + 1;
  } catch (error) {
    const { code } = error as { code: string };
    seen[code] = (seen[code] ?? 0) + 1;
    if (argument.stopWhenRefused) stopped = true;
  }
}

const ready = () =>
  cache.ready().then(
    () => true,
    () => false,
  );

process.on('disconnect', () => process.exit());
process.on('message', (order: DeletionOrder) => {
  if (order.kind === 'era') era = order.era;
  if (order.kind === 'resume') stopped = false;
  const report: DeletionReport = { l1Hits: cache.forTenant(argument.tenant).metrics().l1Hits, seen, lastOldMs };
  seen = {};
  process.send?.(report);
});

void (async () => {
  // Where the machine is busy the first look may find no connection yet.
  while (!(await ready())) await delay(50);
  const app = express().use('/admin', cache.adminRouter({ authorize: () => ({ actor: 'ann', role: 'admin' }) }));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.send?.((server.address() as AddressInfo).port);
  for (;;) {
    const heardMs = nowMs();
    // Sockets are read before this resolves, also where the machine has just stood still.
    await turn();
    for (let key = 0; key < argument.keys && !stopped; key++) await read(key, heardMs);
    await delay(1);
  }
})();
