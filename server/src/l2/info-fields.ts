import type { ClusterHealth, NodeInfo, ReplicaHealth } from '../core/store-health.js';

/** What `INFO` says, by name; a server that leaves a field out has 0, or nothing, there. */
export function nodeInfo(text: string, slowCalls: number | undefined): NodeInfo {
  const fields = fieldsOf(text);
  const number = (name: string) => Number(fields.get(name) ?? 0) || 0;
  const ok = (name: string) => (fields.get(name) ?? 'ok') === 'ok';
  const on = (name: string) => fields.get(name) === '1';
  const valkey = fields.get('valkey_version');
  return {
    server: valkey === undefined ? 'redis' : 'valkey',
    version: valkey ?? fields.get('redis_version') ?? 'unknown',
    role: fields.get('role') ?? 'unknown',
    uptimeSeconds: number('uptime_in_seconds'),
    loading: on('loading'),
    memoryBytes: number('used_memory'),
    residentBytes: number('used_memory_rss'),
    memoryLimitBytes: number('maxmemory'),
    memoryPolicy: fields.get('maxmemory_policy') ?? 'unknown',
    fragmentationRatio: number('mem_fragmentation_ratio'),
    keys: keysOf(fields),
    evictedKeys: number('evicted_keys'),
    expiredKeys: number('expired_keys'),
    clients: number('connected_clients'),
    clientLimit: number('maxclients'),
    blockedClients: number('blocked_clients'),
    rejectedConnections: number('rejected_connections'),
    operationsPerSecond: number('instantaneous_ops_per_sec'),
    inputKbps: number('instantaneous_input_kbps'),
    outputKbps: number('instantaneous_output_kbps'),
    slowCalls,
    replicas: replicasOf(fields, number('master_repl_offset')),
    persistence: {
      rdbLastSaveOk: ok('rdb_last_bgsave_status'),
      rdbChangesSinceSave: number('rdb_changes_since_last_save'),
      rdbLastSaveAtMs: number('rdb_last_save_time') * 1000,
      rdbSaving: on('rdb_bgsave_in_progress'),
      aofEnabled: on('aof_enabled'),
      aofLastWriteOk: ok('aof_last_write_status'),
      aofLastRewriteOk: ok('aof_last_bgrewrite_status'),
      aofRewriting: on('aof_rewrite_in_progress'),
    },
  };
}

/** What `CLUSTER INFO` says. */
export function clusterInfo(text: string): ClusterHealth {
  const fields = fieldsOf(text);
  const number = (name: string) => Number(fields.get(name) ?? 0) || 0;
  return {
    state: fields.get('cluster_state') ?? 'unknown',
    slotsAssigned: number('cluster_slots_assigned'),
    slotsFailing: number('cluster_slots_pfail') + number('cluster_slots_fail'),
    knownNodes: number('cluster_known_nodes'),
  };
}

function fieldsOf(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0 && !line.startsWith('#')) fields.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return fields;
}

/** `db0:keys=1,expires=0,avg_ttl=0`, of every database. */
function keysOf(fields: ReadonlyMap<string, string>): number {
  let keys = 0;
  for (const [name, value] of fields) if (/^db\d+$/.test(name)) keys += Number(/keys=(\d+)/.exec(value)?.[1] ?? 0);
  return keys;
}

/** `slave0:ip=…,port=…,state=online,offset=…,lag=…` */
function replicasOf(fields: ReadonlyMap<string, string>, offset: number): ReplicaHealth[] {
  const replicas: ReplicaHealth[] = [];
  for (const [name, value] of fields) {
    if (!/^slave\d+$/.test(name)) continue;
    const part = (key: string) => new RegExp(`(?:^|,)${key}=([^,]*)`).exec(value)?.[1];
    const confirmed = Number(part('offset') ?? 0);
    replicas.push({
      state: part('state') ?? 'unknown',
      lagSeconds: Number(part('lag') ?? 0),
      lagBytes: Math.max(0, offset - confirmed),
    });
  }
  return replicas;
}
