import type { CacheEvent } from '../core/events.js';
import type { StoreNode } from '../core/upkeep.js';
import { computed } from './instruments.js';
import type { MetricRegistry } from './metric-registry.js';

const READ_EVERY_MS = 15_000;

export interface RedisMetricsOptions {
  /** The nodes as they describe themselves; asked by whoever leads, at this interval and never by a scrape. */
  readonly nodes: () => Promise<readonly StoreNode[]>;
  readonly readEveryMs?: number;
}

/** What the servers of the shared store tell of themselves. Only the process that leads has these series. */
export class RedisMetrics {
  readonly #options: RedisMetricsOptions;
  #nodes: readonly StoreNode[] = [];
  #timer: NodeJS.Timeout | undefined;
  #reading = false;

  constructor(registry: MetricRegistry, prefix: string, options: RedisMetricsOptions) {
    this.#options = options;
    const add = (
      type: 'counter' | 'gauge',
      name: string,
      help: string,
      read: (node: StoreNode) => number | undefined,
    ) => {
      computed(registry, type, { name: prefix + name, help, labelNames: ['node'] }, () =>
        this.#nodes.flatMap((node) => {
          const value = read(node);
          return value === undefined ? [] : [{ labels: { node: node.node }, value }];
        }),
      );
    };
    add('gauge', 'redis_node_up', '1 while the node answers', ({ state }) => Number(state === 'up'));
    add('gauge', 'redis_memory_bytes', 'Memory that the node uses', ({ memoryBytes }) => memoryBytes);
    add(
      'gauge',
      'redis_memory_limit_bytes',
      'Memory that the node may use; no series where it has no limit',
      ({ memoryLimitBytes }) => memoryLimitBytes || undefined,
    );
    add(
      'counter',
      'redis_evicted_keys_total',
      'Keys that the node evicted by itself since it started',
      ({ serverEvictions }) => serverEvictions,
    );
  }

  readonly observe = (event: CacheEvent): void => {
    if (event.type !== 'leader') return;
    this.close();
    if (!event.leading) return;
    this.#timer = setInterval(() => void this.read(), this.#options.readEveryMs ?? READ_EVERY_MS).unref();
    void this.read();
  };

  /** Never rejects: what is known stays, with nodes that are not told of as down. */
  async read(): Promise<void> {
    const timer = this.#timer;
    if (timer === undefined || this.#reading) return;
    this.#reading = true;
    try {
      const nodes = await this.#options.nodes();
      if (this.#timer === timer) this.#nodes = nodes;
    } catch {
      if (this.#timer === timer) this.#nodes = this.#nodes.map((node) => ({ ...node, ...SILENT }));
    } finally {
      this.#reading = false;
    }
  }

  /** Who leads no longer does not know any longer. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#nodes = [];
  }
}

const SILENT = {
  state: 'down',
  memoryBytes: undefined,
  memoryLimitBytes: undefined,
  serverEvictions: undefined,
} as const;
