import { randomBytes } from 'node:crypto';
import type { Emit, InvalidationBus, Logger, SharedStore } from '../core/contracts.js';
import type { DurableQueue } from '../core/durable-queue.js';
import { fail } from '../core/errors.js';
import { DEFAULT_MAX_ENTRY_BYTES, MAX_ENTRY_BYTES } from '../core/stored-size.js';
import type { TenantId } from '../core/tenant-id.js';
import type { UsageJournal } from '../core/usage-journal.js';
import { messageHeads, ORIGIN_BYTES } from './bus-messages.js';
import { InvalidationTable } from './invalidation-table.js';
import type { Invalidations } from './invalidator.js';
import { RedisBus } from './redis-bus.js';
import { RedisDurableQueue } from './redis-durable-queue.js';
import { buildKey } from './redis-keys.js';
import { RedisSharedStore, type RedisSharedStoreParts } from './redis-shared-store.js';
import type { RedisTopology } from './redis-topology.js';
import { RedisUsageJournal } from './redis-usage-journal.js';
import { SettingsJournal } from './settings-journal.js';
import { type RedisSource, topologyOf } from './topology-of.js';

const DEFAULT_DEADLINE_MS = 50;
const DEFAULT_FAILURES = 5;
const DEFAULT_HALF_OPEN_AFTER_MS = 30_000;

export interface RedisStoreOptions {
  /** A client is duplicated, never used itself; its prefix is dropped. */
  redis: RedisSource;
  /** For every call, in milliseconds. Default 50. */
  deadlineMs?: number | undefined;
  /** Default: 5 consecutive failures open it, one call may try after 30,000 ms. */
  breaker?: { failures?: number | undefined; halfOpenAfterMs?: number | undefined } | undefined;
  /** Of one entry as counted, under every enforcement. Default 8 MiB, at most 32 MiB - 16. */
  maxEntryBytes?: number | undefined;
  /**
   * Sends what found a server away, by calls that pass its open breaker; that closes once this resolves and stays open
   * where this rejects.
   */
  beforeClose?: ((direct: Invalidations, concerns: Concerns) => Promise<readonly unknown[]>) | undefined;
  /** Calls of these tenants reach their server again, or will in a moment; its messages may be missed for longer. */
  onReturn?: ((concerns: Concerns) => void) | undefined;
  /**
   * What a write or a settle did to a tenant whose caller heard of a failure, for the answer came after the deadline:
   * each entry and crossing is told once, here or as an outcome.
   */
  onUntold?: RedisSharedStoreParts['onUntold'] | undefined;
  /** What was acknowledged of these tenants within the last seconds may be lost. */
  onSuccession?: ((concerns: Concerns) => void) | undefined;
  logger: Logger;
  emit: Emit;
}

/** Whether a tenant is on the server in question. */
export type Concerns = (tenant: TenantId) => boolean;

/**
 * Connects in the background: neither a Redis that is down nor one that must not be used fails this call.
 * @throws TenantCacheError `OPTION_INVALID` for a limit or time out of range
 */
export function createRedisStore(options: RedisStoreOptions): {
  store: SharedStore;
  bus: InvalidationBus;
  queue: DurableQueue;
  usageJournal: UsageJournal;
  topology: RedisTopology;
} {
  const { redis, logger, emit, breaker = {} } = options;
  const deadlineMs = inRange('deadlineMs', options.deadlineMs ?? DEFAULT_DEADLINE_MS, 1, 60_000);
  const failures = inRange('breaker.failures', breaker.failures ?? DEFAULT_FAILURES, 1, 1_000_000);
  const halfOpenAfterMs = breaker.halfOpenAfterMs ?? DEFAULT_HALF_OPEN_AFTER_MS;
  inRange('breaker.halfOpenAfterMs', halfOpenAfterMs, 1, 86_400_000);
  const maxEntryBytes = options.maxEntryBytes ?? DEFAULT_MAX_ENTRY_BYTES;
  inRange('maxEntryBytes', maxEntryBytes, 1, MAX_ENTRY_BYTES);

  const origin = randomBytes(ORIGIN_BYTES);
  const table = new InvalidationTable();
  const ofTenants = (concerns: (lane: number) => boolean) => (tenant: TenantId) => concerns(topology.laneOf(tenant));
  const topology: RedisTopology = topologyOf(redis, {
    deadlineMs,
    failures,
    halfOpenAfterMs,
    logger,
    emit,
    beforeClose: async (concerns) => (await options.beforeClose?.(store.direct, ofTenants(concerns))) ?? [],
    onReturn: (concerns) => options.onReturn?.(ofTenants(concerns)),
    onSuccession: (concerns) => {
      usageJournal.succeeded();
      options.onSuccession?.(ofTenants(concerns));
    },
  });
  const usageJournal: RedisUsageJournal = new RedisUsageJournal(topology);
  const heads = messageHeads(origin);
  const onUntold = options.onUntold ?? noop;
  const storeParts = { topology, table, heads, maxEntryBytes, deadlineMs, emit, onUntold };
  const store: RedisSharedStore = new RedisSharedStore(storeParts);
  const bus = new RedisBus({ topology, origin, table, journal: journalOn(topology), emit });
  return { store, bus, queue: new RedisDurableQueue({ topology }), usageJournal, topology };
}

/** Not under the breaker: a journal that cannot be read says nothing of the calls that serve requests. */
function journalOn(topology: RedisTopology): SettingsJournal {
  const lane = topology.laneOfKey(buildKey({ kind: 'settings' }));
  return new SettingsJournal({
    read: (call) => topology.read(lane, call, 'ask'),
    run: (name, keys, args) => topology.script(lane, (scripts) => scripts.run(name, keys, args), 'ask'),
  });
}

function inRange(name: string, value: number, min: number, max: number): number {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw fail('OPTION_INVALID', { given: `${name}: ${value}`, allowed: `a whole number from ${min} to ${max}` });
}

function noop(): void {}
