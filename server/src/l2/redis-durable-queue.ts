import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type {
  AppendAnswer,
  BeginAnswer,
  DeadItem,
  DurableQueue,
  QueueBounds,
  QueueSize,
  TakeAnswer,
} from '../core/durable-queue.js';
import type { EntryId } from '../core/resource.js';
import type { TenantId } from '../core/tenant-id.js';
import { QueueTenants } from './queue-tenants.js';
import { buildKey, metaKey } from './redis-keys.js';
import type { RedisTopology } from './redis-topology.js';
import type { ScriptArg } from './script-runner.js';
import type { ScriptName } from './scripts.gen.js';

export interface RedisDurableQueueParts {
  topology: RedisTopology;
  /** How long this process has a tenant's queue after its last call: what its death costs the others. Default 10 s. */
  holdMs?: number;
}

type Reply = readonly (number | Buffer)[];

const DEFAULT_HOLD_MS = 10_000;

/**
 * A stream per tenant with one consumer group; payloads lie beside it, so that handing out order costs no bytes. As
 * durable as the Redis: docs/features/strategies.md.
 */
export class RedisDurableQueue implements DurableQueue {
  readonly #parts: RedisDurableQueueParts;
  readonly #consumer = randomUUID();
  readonly #holdMs: number;
  readonly #tenants: QueueTenants;

  constructor(parts: RedisDurableQueueParts) {
    this.#parts = parts;
    this.#holdMs = parts.holdMs ?? DEFAULT_HOLD_MS;
    const lane = parts.topology.laneOfKey(buildKey({ kind: 'wb-tenants' }));
    this.#tenants = new QueueTenants(parts.topology, (keys, args) => this.#runIn(lane, 'queue-tenants', keys, args));
  }

  async append(tenant: TenantId, id: EntryId, payload: Buffer, bounds: QueueBounds): Promise<AppendAnswer> {
    // First, or a crash right after the append would leave a queue that nobody looks for.
    await this.#tenants.mark(tenant);
    const keys = [stream(tenant), state(tenant), newest(tenant), values(tenant), unconfirmed(tenant)];
    const args = [id, payload, bounds.maxBytes, bounds.maxItems, bounds.coalesce ? 1 : 0];
    const [queued, first, second] = (await this.#run(tenant, 'queue-append', keys, args)) as [number, number, number];
    return queued === 1 ? { kind: 'queued', sequence: first } : { kind: 'full', bytes: first, items: second };
  }

  async confirm(tenant: TenantId, id: EntryId, sequence: number): Promise<boolean> {
    const keys = [state(tenant), newest(tenant), unconfirmed(tenant)];
    const [isNewest] = await this.#run(tenant, 'queue-confirm', keys, [id, sequence]);
    return isNewest === 1;
  }

  async newest(tenant: TenantId, ids: readonly EntryId[]): Promise<(Buffer | undefined)[]> {
    if (ids.length === 0) return [];
    const sequences = await this.#read(tenant, (reads) => reads.hmget(newest(tenant), ...ids));
    const waiting = sequences.filter((sequence) => sequence !== null);
    if (waiting.length === 0) return ids.map(() => undefined);
    const payloads = await this.#read(tenant, (reads) => reads.hmgetBuffer(values(tenant), ...waiting));
    let next = 0;
    return sequences.map((sequence) => (sequence === null ? undefined : (payloads[next++] ?? undefined)));
  }

  async take(tenant: TenantId, { anew, max }: { anew: boolean; max: number }): Promise<TakeAnswer> {
    const args = [this.#consumer, this.#holdMs, max, anew ? 1 : 0];
    const reply = await this.#run(tenant, 'queue-take', [stream(tenant), state(tenant)], args);
    if (reply[0] === 0) return { kind: 'held' };
    const items = [];
    for (let at = 2; at < reply.length; at += 2) {
      items.push({ sequence: Number(String(reply[at])), id: String(reply[at + 1]) as EntryId });
    }
    return { kind: 'taken', items, more: reply[1] === 1 };
  }

  async begin(tenant: TenantId, sequence: number): Promise<BeginAnswer> {
    const [kind, attempt, enqueuedAtMs, payload] = await this.#count(tenant, sequence, 1);
    if (kind !== 2) return { kind: kind === 0 ? 'lost' : 'gone' };
    return {
      kind: 'begun',
      attempt: attempt as number,
      enqueuedAtMs: Number(String(enqueuedAtMs)),
      payload: payload as Buffer,
    };
  }

  async putBack(tenant: TenantId, sequence: number): Promise<void> {
    await this.#count(tenant, sequence, -1);
  }

  async done(tenant: TenantId, sequence: number, regardless: boolean): Promise<boolean> {
    const [done] = await this.#run(tenant, 'queue-finish', finishKeys(tenant), [sequence, regardless ? 1 : 0]);
    return done === 1;
  }

  async bury(tenant: TenantId, sequence: number, attempts: number, reason: string): Promise<boolean> {
    const args = [sequence, 1, this.#consumer, this.#holdMs, attempts, reason];
    const [buried] = await this.#run(tenant, 'queue-finish', finishKeys(tenant), args);
    return buried === 1;
  }

  async release(tenant: TenantId, ifEmpty: boolean): Promise<boolean> {
    const args = [this.#consumer, ifEmpty ? 1 : 0];
    const [released] = await this.#run(tenant, 'queue-release', [stream(tenant), state(tenant)], args);
    return released === 1;
  }

  tenants(): Promise<TenantId[]> {
    return this.#tenants.list();
  }

  async size(tenant: TenantId): Promise<QueueSize> {
    const totals = await this.#read(tenant, (reads) => reads.hmget(state(tenant), 'items', 'dead', 'bytes'));
    const [all, deadLetters, bytes] = totals.map(Number) as [number, number, number];
    return { items: all - deadLetters, deadLetters, bytes };
  }

  async deadLetters(tenant: TenantId, after: number, max: number): Promise<DeadItem[]> {
    const found = await this.#read(tenant, (reads) =>
      reads.zrange(dead(tenant), `(${after}`, '+inf', 'BYSCORE', 'LIMIT', 0, max, 'WITHSCORES'),
    );
    const letters: DeadItem[] = [];
    for (let at = 0; at < found.length; at += 2) letters.push(deadItem(found[at] as string, Number(found[at + 1])));
    return letters;
  }

  async deadPayload(tenant: TenantId, sequence: number): Promise<Buffer | undefined> {
    const [letters, payload] = await Promise.all([
      this.#read(tenant, (reads) => reads.zcount(dead(tenant), sequence, sequence)),
      this.#read(tenant, (reads) => reads.hgetBuffer(values(tenant), String(sequence))),
    ]);
    return letters > 0 ? (payload ?? undefined) : undefined;
  }

  async replay(tenant: TenantId, sequences: readonly number[]): Promise<EntryId[]> {
    await this.#tenants.mark(tenant);
    const replayed = await this.#run(tenant, 'queue-dead', allKeys(tenant), ['replay', ...sequences]);
    return replayed.map((id) => String(id) as EntryId);
  }

  async discard(tenant: TenantId, sequences: readonly number[]): Promise<number> {
    return (await this.#run(tenant, 'queue-dead', allKeys(tenant), ['discard', ...sequences])).length;
  }

  #count(tenant: TenantId, sequence: number, step: 1 | -1): Promise<Reply> {
    const args = [this.#consumer, this.#holdMs, sequence, step];
    return this.#run(tenant, 'queue-begin', [stream(tenant), state(tenant), values(tenant)], args);
  }

  #read<T>(tenant: TenantId, call: (reads: Redis) => Promise<T>): Promise<T> {
    const { topology } = this.#parts;
    return topology.read(topology.laneOf(tenant), call);
  }

  #run(tenant: TenantId, name: ScriptName, keys: readonly string[], args: readonly ScriptArg[]): Promise<Reply> {
    return this.#runIn(this.#parts.topology.laneOf(tenant), name, keys, args);
  }

  #runIn(lane: number, name: ScriptName, keys: readonly string[], args: readonly ScriptArg[]): Promise<Reply> {
    return this.#parts.topology.script(lane, (scripts) => scripts.runBuffer(name, keys, args));
  }
}

const stream = (tenant: TenantId) => metaKey('wb', tenant);
const state = (tenant: TenantId) => metaKey('wb-state', tenant);
const newest = (tenant: TenantId) => metaKey('wb-newest', tenant);
const values = (tenant: TenantId) => metaKey('wb-values', tenant);
const dead = (tenant: TenantId) => metaKey('wb-dead', tenant);
const unconfirmed = (tenant: TenantId) => metaKey('wb-open', tenant);
const finishKeys = (tenant: TenantId) => [...allKeys(tenant), unconfirmed(tenant)];
const allKeys = (tenant: TenantId) => [stream(tenant), state(tenant), newest(tenant), values(tenant), dead(tenant)];

function deadItem(letter: string, sequence: number): DeadItem {
  const [id, enqueuedAtMs, attempts, reason, failedAtMs] = JSON.parse(letter) as [EntryId, ...(string | number)[]];
  return {
    sequence,
    id,
    attempts: Number(attempts),
    reason: String(reason),
    enqueuedAtMs: Number(enqueuedAtMs),
    failedAtMs: Number(failedAtMs),
  };
}
