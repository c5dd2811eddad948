import type { Redis } from 'ioredis';
import type { ClusterSource } from './cluster-source.js';
import { type ClusterView, parseClusterNodes } from './cluster-view.js';
import { askOnce, expiry } from './redis-connections.js';
import type { RedisNode } from './redis-node.js';

const ANSWER_MS = 500;

/** Asks the Cluster how it is, whoever of it is away. */
export class ClusterLookout {
  readonly #source: ClusterSource;
  #turn = 0;
  #view: ClusterView = { masters: [], replicas: [] };

  constructor(source: ClusterSource) {
    this.#source = source;
  }

  /**
   * The named node is asked first, then each that seems well, in turn, then whoever was known last or is named in the
   * options, until one answers.
   */
  async look(nodes: readonly RedisNode[], named: RedisNode | undefined): Promise<ClusterView | undefined> {
    const first = this.#turn++ % Math.max(nodes.length, 1);
    const well = [...nodes.slice(first), ...nodes.slice(0, first)].filter(({ state }) => state === 'up');
    for (const node of named ? [named, ...well] : well) {
      const answer = node.guard.ask(() => nodesOf(node.connections.reads));
      const text = await Promise.race([answer, expiry(ANSWER_MS)]).catch(() => undefined);
      if (text !== undefined) return this.#read(text, node.address);
    }
    const others = new Set([...this.#view.replicas.map(({ address }) => address), ...this.#source.seeds]);
    for (const address of others) {
      const text = await askOnce(this.#source.node(address), ANSWER_MS, nodesOf).catch(() => undefined);
      if (text !== undefined) return this.#read(text, address);
    }
    return undefined;
  }

  #read(text: string, asked: string): ClusterView {
    this.#view = parseClusterNodes(text, asked, this.#source);
    return this.#view;
  }
}

function nodesOf(client: Redis): Promise<string> {
  return client.cluster('NODES') as Promise<string>;
}
