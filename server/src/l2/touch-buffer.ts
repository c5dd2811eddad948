import type { Limits } from '../core/quota.js';
import type { EntryId } from '../core/resource.js';
import { storedMember } from '../core/stored-size.js';
import type { TenantId } from '../core/tenant-id.js';
import { metaKey } from './redis-keys.js';
import type { ScriptArg } from './script-runner.js';

export type RunScript = (
  keys: readonly string[],
  args: readonly ScriptArg[],
  lane: number,
) => Promise<readonly number[]>;

const FLUSH_INTERVAL_MS = 100;
/** Touches kept between two flushes; beyond that they are dropped, which costs recency and nothing else. */
const MAX_TOUCHES = 8_192;
const MAX_TOUCHES_PER_CALL = 128;
/** Uses of one entry that one touch tells of. */
const MAX_USES = 255;
/** From this share of its limit on, the next writes of a tenant may evict. */
const NEAR_LIMIT_RATIO = 0.95;
const MAX_NEAR = 8_192;

/** How often each was used; the order is that of the last use. */
type Uses = Map<EntryId, number>;

/**
 * Coalesces touches: an entry read a thousand times in 100 ms is marked once, where it was read last, with how often.
 * Those of a tenant near its limit go ahead of its next write, so that what that evicts is chosen by all that was used:
 * up to 100 ms late, a small busy tenant would evict what it reads most.
 */
export class TouchBuffer {
  readonly #run: RunScript;
  readonly #laneOf: (tenant: TenantId) => number;
  #touched = new Map<TenantId, Uses>();
  #count = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #near = new Set<TenantId>();

  constructor(run: RunScript, laneOf: (tenant: TenantId) => number = () => 0) {
    this.#run = run;
    this.#laneOf = laneOf;
  }

  touch(tenant: TenantId, id: EntryId): void {
    let uses = this.#touched.get(tenant);
    const before = uses?.get(id);
    if (uses && before !== undefined) {
      uses.delete(id);
      uses.set(id, before + 1);
      return;
    }
    if (this.#count >= MAX_TOUCHES) return;
    this.#count++;
    if (!uses) {
      uses = new Map();
      this.#touched.set(tenant, uses);
    }
    uses.set(id, 1);
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_INTERVAL_MS).unref();
  }

  /** What a write of the tenant came to: whether the next one may evict. */
  wrote(tenant: TenantId, usedBytes: number, { hardLimitBytes, policy }: Limits): void {
    const near = usedBytes >= NEAR_LIMIT_RATIO * hardLimitBytes && policy !== 'ttl' && policy !== 'reject';
    if (!near) this.#near.delete(tenant);
    else if (this.#near.size < MAX_NEAR) this.#near.add(tenant);
  }

  /** To be called before a write is sent, on the connection that it takes. */
  beforeWrite(tenant: TenantId): void {
    const uses = this.#near.has(tenant) ? this.#touched.get(tenant) : undefined;
    if (!uses) return;
    this.#touched.delete(tenant);
    this.#count -= uses.size;
    const lane = this.#laneOf(tenant);
    for (const chunk of chunks(new Map([[tenant, uses]]))) this.#send(lane, chunk).catch(() => {});
  }

  /** Never rejects: a lost touch is no failure. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const touched = this.#touched;
    this.#touched = new Map();
    this.#count = 0;
    const lanes = new Map<number, Map<TenantId, Uses>>();
    for (const [tenant, uses] of touched) {
      const lane = this.#laneOf(tenant);
      const group = lanes.get(lane);
      if (group) group.set(tenant, uses);
      else lanes.set(lane, new Map([[tenant, uses]]));
    }
    await Promise.all(Array.from(lanes, ([lane, group]) => this.#sendAll(lane, group)));
  }

  async #sendAll(lane: number, touched: ReadonlyMap<TenantId, Uses>): Promise<void> {
    try {
      for (const chunk of chunks(touched)) await this.#send(lane, chunk);
    } catch {
      // The guard has counted the failure; what is left of this flush is dropped.
    }
  }

  #send(lane: number, chunk: Map<TenantId, Uses>): Promise<unknown> {
    const keys: string[] = [];
    const args: ScriptArg[] = [];
    for (const [tenant, uses] of chunk) {
      keys.push(metaKey('state', tenant));
      args.push(uses.size, Buffer.from(Array.from(uses.values(), (count) => Math.min(count, MAX_USES))));
      for (const id of uses.keys()) args.push(storedMember(id));
    }
    return this.#run(keys, args, lane);
  }
}

function* chunks(touched: ReadonlyMap<TenantId, Uses>): Generator<Map<TenantId, Uses>> {
  let chunk = new Map<TenantId, Uses>();
  let count = 0;
  for (const [tenant, uses] of touched) {
    for (const [id, times] of uses) {
      if (count === MAX_TOUCHES_PER_CALL) {
        yield chunk;
        chunk = new Map();
        count = 0;
      }
      const group = chunk.get(tenant);
      if (group) group.set(id, times);
      else chunk.set(tenant, new Map([[id, times]]));
      count++;
    }
  }
  if (count > 0) yield chunk;
}
