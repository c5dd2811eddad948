/** A cache that a case measures, opened in one of the modes that its documentation describes. */
export interface OpenCache {
  get?(key: string): Promise<unknown>;
  set?(key: string, value: unknown): Promise<unknown>;
  getOrSet(key: string, load: () => Promise<unknown>): Promise<unknown>;
  close(): Promise<unknown>;
}

export interface Peer {
  readonly name: string;
  /** The tier in this process alone. */
  memory(): Promise<OpenCache>;
  /** Redis alone: every read crosses the network. */
  shared(url: string): Promise<OpenCache>;
  /** Both tiers and, where the peer has one, the bus; Redis alone where it cannot combine them. */
  tiered(url: string): Promise<OpenCache>;
}
