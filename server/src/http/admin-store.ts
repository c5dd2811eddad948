import { z } from 'zod';
import { type NodeHealth, type NodeInfo, STORE_PROBLEMS, type StoreHealth } from '../core/store-health.js';
import { storeProblems } from '../core/store-problems.js';
import type { AdminDeps } from './admin-routes.js';
import { named, time, whole } from './answer-schemas.js';
import { type AdminApiRoute, adminRoute } from './api-route.js';
import { milliseconds } from './milliseconds.js';

const figure = z.number().min(0);
const nodeInfo = named(
  'StoreNodeInfo',
  z.strictObject({
    server: z.string(),
    version: z.string(),
    role: z.string(),
    uptimeSeconds: whole,
    loading: z.boolean(),
    memoryBytes: whole.meta({ description: '`used_memory`' }),
    residentBytes: whole.meta({ description: '`used_memory_rss`' }),
    memoryLimitBytes: whole.meta({ description: '`maxmemory`; 0: none' }),
    memoryShare: figure.nullable().meta({ description: 'Of `maxmemory`, 0 to 1; null where there is none' }),
    memoryPolicy: z.string(),
    fragmentationRatio: figure,
    keys: whole,
    evictedKeys: whole.meta({ description: 'By the server itself since it started' }),
    expiredKeys: whole,
    clients: whole,
    clientLimit: whole,
    blockedClients: whole,
    rejectedConnections: whole,
    operationsPerSecond: whole,
    inputKbps: figure,
    outputKbps: figure,
    slowCalls: whole.nullable().meta({ description: '`SLOWLOG LEN`; null where the user may not ask' }),
    replicas: z.array(z.strictObject({ state: z.string(), lagSeconds: figure, lagBytes: whole })),
    persistence: z.strictObject({
      rdbLastSaveOk: z.boolean(),
      rdbChangesSinceSave: whole,
      rdbLastSaveAt: time.nullable(),
      rdbSaving: z.boolean(),
      aofEnabled: z.boolean(),
      aofLastWriteOk: z.boolean(),
      aofLastRewriteOk: z.boolean(),
      aofRewriting: z.boolean(),
    }),
  }),
);
const storeAnswer = named(
  'StoreHealth',
  z.strictObject({
    kind: z.enum(['redis', 'cluster', 'memory']),
    state: z.enum(['up', 'down']),
    bypassed: z.boolean().meta({ description: 'The kill switch is on' }),
    verdict: z.enum(['healthy', 'degraded', 'failing']).meta({ description: 'By the worst of the problems' }),
    problems: z.array(
      z.strictObject({
        code: z.enum(STORE_PROBLEMS),
        severity: z.enum(['critical', 'warning', 'notice']),
        node: z.string().nullable().meta({ description: 'Null: it concerns all of them' }),
        what: z.string(),
        todo: z.string(),
      }),
    ),
    nodes: z.array(
      z.strictObject({
        node: z.string().meta({ example: '10.0.0.1:6379' }),
        state: z.enum(['up', 'down']),
        breaker: z.enum(['closed', 'open']),
        pingMs: figure
          .nullable()
          .meta({ description: 'Measured now, in this process; null without an answer in time' }),
        info: nodeInfo.nullable(),
      }),
    ),
    cluster: z
      .strictObject({ state: z.string(), slotsAssigned: whole, slotsFailing: whole, knownNodes: whole })
      .nullable(),
    asOf: time,
  }),
);

/** How the shared store is, as its servers say now, and what is to be done about it. */
export function storeRoutes(deps: AdminDeps): AdminApiRoute[] {
  /** One look at a time, however many ask. */
  let looking: Promise<StoreHealth> | undefined;
  return [
    adminRoute({
      method: 'get',
      path: '/store',
      operationId: 'getStore',
      tag: 'Store',
      summary: 'Memory and health of the servers of the shared store',
      description: 'Answers while the store does not: then `state` is `down` and the problems say why.',
      scope: 'store:read',
      answers: { 200: { description: 'As every server says now', body: storeAnswer } },
      async handle({ res }) {
        looking ??= deps.storeHealth().finally(() => {
          looking = undefined;
        });
        res.json(healthView(await looking));
      },
    }),
  ];
}

function healthView(health: StoreHealth) {
  const { kind, state, bypassed, nodes, cluster = null } = health;
  const problems = storeProblems(health).map(({ node = null, ...rest }) => ({ ...rest, node }));
  const has = (severity: string) => problems.some((problem) => problem.severity === severity);
  const verdict = has('critical') ? 'failing' : has('warning') ? 'degraded' : 'healthy';
  return {
    kind,
    state,
    bypassed,
    verdict,
    problems,
    nodes: nodes.map(nodeView),
    cluster,
    asOf: new Date().toISOString(),
  };
}

function nodeView(health: NodeHealth) {
  const { node, state, breaker, pingMs = null, info } = health;
  return {
    node,
    state,
    breaker,
    pingMs: pingMs && milliseconds(pingMs),
    info: info === undefined ? null : infoView(info),
  };
}

function infoView(info: NodeInfo) {
  const { memoryBytes, memoryLimitBytes, slowCalls = null, persistence } = info;
  const { rdbLastSaveAtMs, ...rest } = persistence;
  return {
    ...info,
    memoryShare: memoryLimitBytes > 0 ? memoryBytes / memoryLimitBytes : null,
    slowCalls,
    persistence: { ...rest, rdbLastSaveAt: rdbLastSaveAtMs > 0 ? new Date(rdbLastSaveAtMs).toISOString() : null },
  };
}
