import { describe, expect, it } from '@jest/globals';
import {
  type NodeInfo,
  STORE_PROBLEMS,
  type StoreHealth,
  type StoreProblemCode,
} from '../../../src/core/store-health.js';
import { storeProblems } from '../../../src/core/store-problems.js';
import { clusterInfo, nodeInfo } from '../../../src/l2/info-fields.js';

const MIB = 1_048_576;
const WELL = nodeInfo(
  [
    '# Server',
    'redis_version:7.2.4',
    'uptime_in_seconds:60',
    'role:master',
    'master_repl_offset:1000',
    'slave0:ip=10.0.0.2,port=6379,state=online,offset=990,lag=1',
    'connected_clients:10',
    'maxclients:100',
    `used_memory:${400 * MIB}`,
    `maxmemory:${1_000 * MIB}`,
    'maxmemory_policy:volatile-lru',
    'mem_fragmentation_ratio:1.1',
    'rdb_last_bgsave_status:ok',
    'aof_enabled:1',
    'db0:keys=5,expires=4,avg_ttl=0',
    'db3:keys=2,expires=0,avg_ttl=0',
  ].join('\r\n'),
  0,
);
const NODE = { node: 'a:1', state: 'up', breaker: 'closed', pingMs: 0.2 } as const;

function health(info: Partial<NodeInfo> | undefined = {}, rest: Partial<StoreHealth> = {}): StoreHealth {
  const nodes = [{ ...NODE, info: info && { ...WELL, ...info } }];
  return { kind: 'redis', state: 'up', bypassed: false, nodes, cluster: undefined, ...rest };
}
const codes = (of: StoreHealth) => storeProblems(of).map(({ code }) => code);
const failing = (part: Partial<NodeInfo['persistence']>) => ({ persistence: { ...WELL.persistence, ...part } });
const CLUSTER_DOWN = clusterInfo('cluster_state:fail\r\ncluster_slots_assigned:16000\r\ncluster_slots_fail:7\r\n');

/** What is enough for each verdict, beside what always comes with it. */
const CASES: Record<StoreProblemCode, StoreHealth> = {
  'store-bypassed': health({}, { bypassed: true }),
  'node-down': health({}, { nodes: [{ ...NODE, state: 'down', breaker: 'open', pingMs: undefined, info: undefined }] }),
  'node-loading': health({ loading: true }),
  'cluster-failing': health({}, { kind: 'cluster', cluster: CLUSTER_DOWN }),
  'policy-evicts-bookkeeping': health({ memoryPolicy: 'allkeys-lru' }),
  'policy-refuses-writes': health({ memoryPolicy: 'noeviction', memoryBytes: 800 * MIB }),
  'memory-full': health({ memoryBytes: 901 * MIB }),
  'memory-high': health({ memoryBytes: 760 * MIB }),
  'memory-unlimited': health({ memoryLimitBytes: 0 }),
  'memory-fragmented': health({ fragmentationRatio: 1.6 }),
  'server-evicts': health({ evictedKeys: 1 }),
  'clients-near-limit': health({ clients: 81 }),
  'connections-rejected': health({ rejectedConnections: 1 }),
  'replica-behind': health({ replicas: [{ state: 'online', lagSeconds: 11, lagBytes: 0 }] }),
  'save-failed': health(failing({ rdbLastSaveOk: false })),
  'append-failed': health(failing({ aofLastWriteOk: false })),
  'slow-answers': health({}, { nodes: [{ ...NODE, pingMs: 26, info: WELL }] }),
};

describe('the verdicts about the store', () => {
  it('are none where all is well, or just below each threshold', () => {
    expect(codes(health())).toEqual([]);
    const below = { memoryBytes: 750 * MIB, clients: 80, fragmentationRatio: 1.5 };
    expect(codes(health({ ...below, replicas: [{ state: 'online', lagSeconds: 10, lagBytes: 5 }] }))).toEqual([]);
    // A small server is fragmented by itself, and a file that is not kept cannot fail.
    expect(codes(health({ fragmentationRatio: 5, memoryBytes: MIB }))).toEqual([]);
    expect(codes(health(failing({ aofEnabled: false, aofLastWriteOk: false })))).toEqual([]);
  });

  it.each(STORE_PROBLEMS)('%s: one cause, its words, and what to do', (code) => {
    const found = storeProblems(CASES[code]);
    const problem = found.find((each) => each.code === code);
    expect(problem?.what).toMatch(/^\S.+\.$/);
    expect(problem?.todo).toMatch(/^\S.+\.$/);
    expect(found.filter((each) => each.code !== code).map((each) => each.code)).toEqual(
      code === 'policy-refuses-writes' ? ['memory-high'] : [],
    );
    const ofAll = ['store-bypassed', 'cluster-failing'].includes(code);
    expect(problem?.node).toBe(ofAll ? undefined : 'a:1');
  });

  it('come the worst first', () => {
    const { nodes } = CASES['node-down'];
    const worst = health(
      {},
      { bypassed: true, nodes: [{ ...NODE, info: { ...WELL, memoryLimitBytes: 0 } }, ...nodes] },
    );
    expect(storeProblems(worst).map(({ severity }) => severity)).toEqual(['critical', 'warning', 'notice']);
  });

  it('tell a Cluster of which no node answers', () => {
    expect(codes(health({}, { kind: 'cluster', nodes: [], state: 'down' }))).toEqual(['cluster-failing']);
  });

  it('are made of what INFO says, whatever it leaves out', () => {
    expect(WELL).toMatchObject({ keys: 7, role: 'master', server: 'redis', version: '7.2.4' });
    expect(WELL.replicas).toEqual([{ state: 'online', lagSeconds: 1, lagBytes: 10 }]);
    expect(nodeInfo('', undefined)).toMatchObject({
      version: 'unknown',
      memoryBytes: 0,
      replicas: [],
      slowCalls: undefined,
    });
    expect(nodeInfo('valkey_version:8.0.1\nredis_version:7.2.4', 1)).toMatchObject({
      server: 'valkey',
      version: '8.0.1',
    });
    expect(nodeInfo('used_memory:abc\nslave0:garbage\nno colon\n:', 1)).toMatchObject({
      memoryBytes: 0,
      replicas: [{ state: 'unknown', lagSeconds: 0, lagBytes: 0 }],
    });
  });
});
