import type { Cluster, RedisOptions } from 'ioredis';
import type { ServerSource } from './redis-connections.js';

const DEFAULT_PORT = 6379;

type NatMap =
  | Readonly<Record<string, { host: string; port: number }>>
  | ((address: string) => { host: string; port: number } | null);

/** Where to ask for the nodes of a Cluster first, and how to reach any of them. */
export class ClusterSource {
  /** `host:port` each. */
  readonly seeds: readonly string[];
  readonly #options: RedisOptions;
  readonly #natMap: NatMap | undefined;

  private constructor(seeds: readonly string[], options: RedisOptions, natMap?: NatMap) {
    this.seeds = seeds;
    this.#options = options;
    this.#natMap = natMap;
  }

  /** User, password and TLS of the first URL hold for all nodes. */
  static ofUrls(urls: readonly string[]): ClusterSource {
    const places = urls.map((url) => new URL(url));
    const { protocol, username, password } = places[0] as URL;
    return new ClusterSource(
      places.map(({ hostname, port }) => `${hostname}:${port || DEFAULT_PORT}`),
      {
        ...(username && { username: decodeURIComponent(username) }),
        ...(password && { password: decodeURIComponent(password) }),
        ...(protocol === 'rediss:' && { tls: {} }),
      },
    );
  }

  /** The client itself is not used. */
  static ofClient(client: Cluster): ClusterSource {
    const { startupNodes } = client as unknown as { startupNodes: readonly (string | number | Partial<Place>)[] };
    const { redisOptions = {}, natMap } = client.options;
    return new ClusterSource(startupNodes.map(seedOf), redisOptions as RedisOptions, natMap as NatMap | undefined);
  }

  /** Nodes are called by the names that they announce where a certificate may be for those. */
  get hostnames(): boolean {
    return this.#options.tls !== undefined;
  }

  /** An address as nodes announce it, as it is reached from here. */
  mapped(address: string): string {
    const place = typeof this.#natMap === 'function' ? this.#natMap(address) : this.#natMap?.[address];
    return place ? `${place.host}:${place.port}` : address;
  }

  node(address: string): ServerSource {
    const colon = address.lastIndexOf(':');
    const host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
    const { tls } = this.#options;
    const options = tls ? { ...this.#options, tls: { servername: host, ...tls } } : this.#options;
    return { host, port: Number(address.slice(colon + 1)), options };
  }
}

interface Place {
  readonly host: string;
  readonly port: number;
}

function seedOf(node: string | number | Partial<Place>): string {
  if (typeof node === 'number') return `127.0.0.1:${node}`;
  if (typeof node === 'object') return `${node.host ?? '127.0.0.1'}:${node.port ?? DEFAULT_PORT}`;
  const { hostname, port } = new URL(/^rediss?:\/\//.test(node) ? node : `redis://${node}`);
  return `${hostname}:${port || DEFAULT_PORT}`;
}
