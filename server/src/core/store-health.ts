/** One server of the shared store as it describes itself; undefined where it does not say. */
export interface NodeHealth {
  /** `host:port` */
  readonly node: string;
  /** Whether calls reach it now: connected, and its breaker closed. */
  readonly state: 'up' | 'down';
  readonly breaker: 'closed' | 'open';
  /** From a PING to its answer, in this process; undefined where it did not answer in time. */
  readonly pingMs: number | undefined;
  /** What `INFO` said; undefined where it did not answer. */
  readonly info: NodeInfo | undefined;
}

/** Fields of `INFO`, under the names of the server in brackets where they differ. */
export interface NodeInfo {
  /** `redis` or `valkey`. */
  readonly server: string;
  readonly version: string;
  readonly role: string;
  readonly uptimeSeconds: number;
  readonly loading: boolean;
  readonly memoryBytes: number;
  /** `used_memory_rss`: what the operating system gave it. */
  readonly residentBytes: number;
  /** `maxmemory`; 0: none. */
  readonly memoryLimitBytes: number;
  readonly memoryPolicy: string;
  /** `mem_fragmentation_ratio` */
  readonly fragmentationRatio: number;
  readonly keys: number;
  /** Keys that the server itself evicted, and that expired, since it started. */
  readonly evictedKeys: number;
  readonly expiredKeys: number;
  readonly clients: number;
  /** `maxclients` */
  readonly clientLimit: number;
  readonly blockedClients: number;
  /** Since it started. */
  readonly rejectedConnections: number;
  readonly operationsPerSecond: number;
  readonly inputKbps: number;
  readonly outputKbps: number;
  /** `SLOWLOG LEN`; undefined where the user may not ask. */
  readonly slowCalls: number | undefined;
  readonly replicas: readonly ReplicaHealth[];
  readonly persistence: {
    readonly rdbLastSaveOk: boolean;
    readonly rdbChangesSinceSave: number;
    readonly rdbLastSaveAtMs: number;
    readonly rdbSaving: boolean;
    readonly aofEnabled: boolean;
    readonly aofLastWriteOk: boolean;
    readonly aofLastRewriteOk: boolean;
    readonly aofRewriting: boolean;
  };
}

export interface ReplicaHealth {
  readonly state: string;
  /** Seconds since it was last heard of. */
  readonly lagSeconds: number;
  /** Bytes of the replication stream that it has not confirmed. */
  readonly lagBytes: number;
}

/** What `CLUSTER INFO` said, as one of the servers sees it. */
export interface ClusterHealth {
  readonly state: string;
  readonly slotsAssigned: number;
  readonly slotsFailing: number;
  readonly knownNodes: number;
}

export const STORE_PROBLEMS = [
  'store-bypassed',
  'node-down',
  'node-loading',
  'cluster-failing',
  'policy-evicts-bookkeeping',
  'policy-refuses-writes',
  'memory-full',
  'memory-high',
  'memory-unlimited',
  'memory-fragmented',
  'server-evicts',
  'clients-near-limit',
  'connections-rejected',
  'replica-behind',
  'save-failed',
  'append-failed',
  'slow-answers',
] as const;
export type StoreProblemCode = (typeof STORE_PROBLEMS)[number];

/** Something that is not as it should be, in words. */
export interface StoreProblem {
  readonly code: StoreProblemCode;
  readonly severity: 'critical' | 'warning' | 'notice';
  /** Undefined: it concerns all of them. */
  readonly node: string | undefined;
  readonly what: string;
  readonly todo: string;
}

export interface StoreHealth {
  readonly kind: 'redis' | 'cluster' | 'memory';
  readonly state: 'up' | 'down';
  /** The kill switch is on: the store may be well and is not used. */
  readonly bypassed: boolean;
  readonly nodes: readonly NodeHealth[];
  /** Undefined where it is no Cluster, or nobody said. */
  readonly cluster: ClusterHealth | undefined;
}
