import type { EntryId } from '../core/resource.js';
import { storedMember } from '../core/stored-size.js';
import type { TenantId } from '../core/tenant-id.js';
import { metaKey } from './redis-keys.js';
import type { ScriptArg } from './script-runner.js';

export type RunScript = (keys: readonly string[], args: readonly ScriptArg[]) => Promise<readonly number[]>;

const FLUSH_INTERVAL_MS = 100;
/** Touches kept between two flushes; beyond that they are dropped, which costs recency and nothing else. */
const MAX_TOUCHES = 8_192;
const MAX_TOUCHES_PER_CALL = 128;

/** Coalesces touches: an entry read a thousand times in 100 ms is marked once, where it was read last. */
export class TouchBuffer {
  readonly #run: RunScript;
  #touched = new Map<TenantId, Set<EntryId>>();
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(run: RunScript) {
    this.#run = run;
  }

  touch(tenant: TenantId, id: EntryId): void {
    const ids = this.#touched.get(tenant);
    if (ids?.delete(id)) {
      ids.add(id);
      return;
    }
    if (this.#count >= MAX_TOUCHES) return;
    this.#count++;
    if (ids) ids.add(id);
    else this.#touched.set(tenant, new Set([id]));
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_INTERVAL_MS).unref();
  }

  /** Never rejects: a lost touch is no failure. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const touched = this.#touched;
    this.#touched = new Map();
    this.#count = 0;
    try {
      for (const chunk of chunks(touched)) await this.#send(chunk);
    } catch {
      // The guard has counted the failure; what is left of this flush is dropped.
    }
  }

  #send(chunk: Map<TenantId, EntryId[]>): Promise<unknown> {
    const keys: string[] = [];
    const args: ScriptArg[] = [];
    for (const [tenant, ids] of chunk) {
      keys.push(metaKey('state', tenant));
      args.push(ids.length, ...ids.map(storedMember));
    }
    return this.#run(keys, args);
  }
}

function* chunks(touched: Map<TenantId, Set<EntryId>>): Generator<Map<TenantId, EntryId[]>> {
  let chunk = new Map<TenantId, EntryId[]>();
  let count = 0;
  for (const [tenant, ids] of touched) {
    for (const id of ids) {
      if (count === MAX_TOUCHES_PER_CALL) {
        yield chunk;
        chunk = new Map();
        count = 0;
      }
      const group = chunk.get(tenant);
      if (group) group.push(id);
      else chunk.set(tenant, [id]);
      count++;
    }
  }
  if (count > 0) yield chunk;
}
