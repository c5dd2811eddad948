import type { Redis } from 'ioredis';
import type { TenantId } from '../core/tenant-id.js';
import type { RedisNode } from './redis-node.js';
import type { ScriptRunner } from './script-runner.js';

/** `run`: under deadline and breaker; `ask`: under the deadline alone, for what must pass a breaker that is open. */
export type Way = 'run' | 'ask';

/**
 * Which server has a tenant's keys. What is in one lane may go in one call: all there is on a single Redis, and a slot of
 * a Cluster, whose server may change from one call to the next.
 */
export interface RedisTopology {
  laneOf(tenant: TenantId): number;
  /** Of a key that is no tenant's. */
  laneOfKey(key: string): number;
  /** Undefined while nobody is known to serve the lane. */
  nodeOf(lane: number): RedisNode | undefined;
  /** Those that serve a lane. */
  nodes(): readonly RedisNode[];
  /** One command that reads. @throws TenantCacheError `STORE_UNAVAILABLE` */
  read<T>(lane: number, call: (client: Redis) => Promise<T>, way?: Way): Promise<T>;
  /** One script. @throws TenantCacheError `STORE_UNAVAILABLE` */
  script<T>(lane: number, call: (scripts: ScriptRunner, node: RedisNode) => Promise<T>, way?: Way): Promise<T>;
  /** Of the server of a lane, or of all: `up` where all are. */
  state(lane?: number): 'up' | 'down';
  /** Called when a server was added, was given up, or serves other lanes. */
  onChange(listener: () => void): void;
  /** Something is said to have moved: looks at once, and resolves when that is done. */
  refresh(node?: RedisNode): Promise<void>;
  /** Resolves when every server is fit to be used. @throws TenantCacheError `STORE_MISCONFIGURED`, `STORE_UNAVAILABLE` */
  ready(): Promise<void>;
  close(graceMs: number): Promise<void>;
}

/** One Redis, or what looks like one. */
export class SingleRedis implements RedisTopology {
  readonly #node: RedisNode;

  constructor(node: RedisNode) {
    this.#node = node;
  }

  laneOf(): number {
    return 0;
  }

  laneOfKey(): number {
    return 0;
  }

  nodeOf(): RedisNode {
    return this.#node;
  }

  nodes(): readonly RedisNode[] {
    return [this.#node];
  }

  read<T>(_lane: number, call: (client: Redis) => Promise<T>, way: Way = 'run'): Promise<T> {
    const { guard, connections } = this.#node;
    return guard[way](() => call(connections.reads));
  }

  script<T>(_lane: number, call: (scripts: ScriptRunner, node: RedisNode) => Promise<T>, way: Way = 'run'): Promise<T> {
    return this.#node.guard[way](() => call(this.#node.scripts, this.#node));
  }

  state(): 'up' | 'down' {
    return this.#node.state;
  }

  onChange(): void {}

  async refresh(): Promise<void> {}

  async ready(): Promise<void> {
    await this.#node.connections.attempted;
    const refusal = await this.#node.inspect();
    if (refusal) throw refusal;
  }

  close(graceMs: number): Promise<void> {
    return this.#node.connections.close(graceMs);
  }
}
