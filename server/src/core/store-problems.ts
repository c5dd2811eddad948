import type { NodeHealth, NodeInfo, StoreHealth, StoreProblem } from './store-health.js';

/** Shares of `maxmemory`. */
const FULL_RATIO = 0.9;
const HIGH_RATIO = 0.75;
const FRAGMENTED_RATIO = 1.5;
/** A small server is fragmented by what it keeps for itself. */
const FRAGMENTED_FROM_BYTES = 128 * 1024 * 1024;
const CLIENTS_RATIO = 0.8;
const REPLICA_LAG_SECONDS = 10;
/** The default deadline of a call is 50 ms. */
const SLOW_PING_MS = 25;

const RANKS = { critical: 0, warning: 1, notice: 2 } as const;
type Finding = Omit<StoreProblem, 'node'>;

/** What is wrong with the store and what to do about it, the worst first; nothing where all is well. */
export function storeProblems(health: StoreHealth): StoreProblem[] {
  const found: StoreProblem[] = [...ofAll(health)].map((finding) => ({ ...finding, node: undefined }));
  for (const node of health.nodes) for (const finding of ofNode(node)) found.push({ ...finding, node: node.node });
  return found.sort((a, b) => RANKS[a.severity] - RANKS[b.severity]);
}

function* ofAll({ kind, bypassed, cluster, nodes }: StoreHealth): Generator<Finding> {
  if (bypassed) {
    yield {
      code: 'store-bypassed',
      severity: 'warning',
      what: 'The kill switch is on: no process reads or writes entries in the shared store.',
      todo: 'Lift it by PATCH /fleet once the reason for it is gone.',
    };
  }
  if (kind === 'cluster' && (nodes.length === 0 || (cluster !== undefined && cluster.state !== 'ok'))) {
    yield {
      code: 'cluster-failing',
      severity: 'critical',
      what:
        cluster === undefined
          ? 'No node of the Cluster answers.'
          : `The Cluster says that its state is ${cluster.state}: ${cluster.slotsFailing} slots fail, ${cluster.slotsAssigned} of 16384 are assigned.`,
      todo: 'Look at CLUSTER NODES and bring back the nodes that fail, or their replicas.',
    };
  }
}

function* ofNode({ state, breaker, pingMs, info }: NodeHealth): Generator<Finding> {
  if (state === 'down') {
    yield {
      code: 'node-down',
      severity: 'critical',
      what:
        info === undefined
          ? 'The server does not answer.'
          : `The server answers, and calls are held back: ${breaker === 'open' ? 'the circuit breaker is open, or the server is refused for how it is configured' : 'a connection is not ready'}.`,
      todo: 'See the runbook of the breaker: docs/runbooks/breaker-open.md.',
    };
  } else if (pingMs !== undefined && pingMs > SLOW_PING_MS) {
    yield {
      code: 'slow-answers',
      severity: 'warning',
      what: `A PING took ${Math.round(pingMs)} ms.`,
      todo: 'Look at SLOWLOG GET, at the load of this process and of the server, and at the network between them.',
    };
  }
  if (info === undefined) return;
  yield* ofMemory(info);
  yield* ofService(info);
}

function* ofMemory(info: NodeInfo): Generator<Finding> {
  const { memoryBytes, memoryLimitBytes, memoryPolicy, fragmentationRatio, evictedKeys } = info;
  const share = memoryLimitBytes > 0 ? memoryBytes / memoryLimitBytes : 0;
  const percent = Math.round(share * 100);
  if (memoryPolicy.startsWith('allkeys-')) {
    yield {
      code: 'policy-evicts-bookkeeping',
      severity: 'critical',
      what: `maxmemory-policy is ${memoryPolicy}: the server may evict the accounts of tenants, so it is not used.`,
      todo: 'Set maxmemory-policy volatile-lru.',
    };
  } else if (memoryPolicy === 'noeviction' && share > HIGH_RATIO) {
    yield {
      code: 'policy-refuses-writes',
      severity: 'warning',
      what: `maxmemory-policy is noeviction and ${percent} % is used: once it is full, every write of every tenant fails.`,
      todo: 'Give the server more memory, or set maxmemory-policy volatile-lru, which gives up entries instead.',
    };
  }
  if (share > HIGH_RATIO) {
    yield {
      code: share > FULL_RATIO ? 'memory-full' : 'memory-high',
      severity: share > FULL_RATIO ? 'critical' : 'warning',
      what: `${percent} % of maxmemory is used.`,
      todo: 'Raise maxmemory, lower quotas (GET /fleet/usage shows who uses most), or move to a Cluster.',
    };
  }
  if (memoryLimitBytes === 0) {
    yield {
      code: 'memory-unlimited',
      severity: 'notice',
      what: 'maxmemory is 0: quotas alone keep the server from using all memory of its machine.',
      todo: 'Set maxmemory above the sum of all quotas, with room for replication and copies on write.',
    };
  }
  if (evictedKeys > 0) {
    yield {
      code: 'server-evicts',
      severity: 'warning',
      what: `The server itself evicted ${evictedKeys} keys since it started, whosever they were.`,
      todo: 'Raise maxmemory: quotas are kept exactly only while the server need not evict.',
    };
  }
  if (fragmentationRatio > FRAGMENTED_RATIO && memoryBytes > FRAGMENTED_FROM_BYTES) {
    yield {
      code: 'memory-fragmented',
      severity: 'warning',
      what: `The operating system has given it ${fragmentationRatio} times what it uses.`,
      todo: 'Set activedefrag yes, or restart the server behind a replica.',
    };
  }
}

function* ofService(info: NodeInfo): Generator<Finding> {
  const { clients, clientLimit, rejectedConnections, persistence, replicas } = info;
  if (info.loading) {
    yield {
      code: 'node-loading',
      severity: 'critical',
      what: 'The server is loading its data and serves nothing yet.',
      todo: 'Wait for it.',
    };
  }
  if (clientLimit > 0 && clients > clientLimit * CLIENTS_RATIO) {
    yield {
      code: 'clients-near-limit',
      severity: 'warning',
      what: `${clients} of ${clientLimit} connections are in use.`,
      todo: 'Raise maxclients, or find out who opens them: each process of this cache has three.',
    };
  }
  if (rejectedConnections > 0) {
    yield {
      code: 'connections-rejected',
      severity: 'warning',
      what: `${rejectedConnections} connections were refused since the server started.`,
      todo: 'Raise maxclients.',
    };
  }
  const behind = replicas.filter(({ state, lagSeconds }) => state !== 'online' || lagSeconds > REPLICA_LAG_SECONDS);
  if (behind.length > 0) {
    yield {
      code: 'replica-behind',
      severity: 'warning',
      what: `${behind.length} of ${replicas.length} replicas are not in step: a failover now would lose what they lack.`,
      todo: 'Look at the network to them and at repl-backlog-size.',
    };
  }
  if (!persistence.rdbLastSaveOk) {
    yield {
      code: 'save-failed',
      severity: 'warning',
      what: 'The last snapshot to disk failed; with stop-writes-on-bgsave-error the server refuses all writes then.',
      todo: 'Look at its log and at the disk.',
    };
  }
  if (persistence.aofEnabled && !(persistence.aofLastWriteOk && persistence.aofLastRewriteOk)) {
    yield {
      code: 'append-failed',
      severity: 'critical',
      what: 'The last write to its append-only file, or the last rewrite of it, failed.',
      todo: 'Look at its log and at the disk.',
    };
  }
}
