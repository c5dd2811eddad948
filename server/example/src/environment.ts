import { z } from 'zod';
import { httpUrl, port, redisCluster, secret } from './read-environment.js';

const duration = z.string().regex(/^\d{1,12}(\.\d{1,3})?(ms|s|m|h|d)$/, "must be a duration such as '30s' or '5m'");
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/ });

/** What the API reads at start. Every variable is described in docs/guides/example.md. */
export const apiEnvironment = z.object({
  PORT: port.default(8080),
  HOST: z.string().default('127.0.0.1'),
  /** Absent: the cache keeps to this process's memory. */
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  /** Nodes of a Redis Cluster, which goes before REDIS_URL. */
  REDIS_CLUSTER: redisCluster.optional(),
  DATABASE_URL: postgresUrl,
  DATABASE_ADMIN_URL: postgresUrl,
  ADMIN_TOKEN_SECRET: secret,
  TENANT_TOKEN_SECRET: secret,
  EXCHANGE_URL: httpUrl,
  USAGE_FLUSH_INTERVAL: duration.default('5m').transform((text) => text as `${number}m`),
  /** Webhooks may lead to this machine and this network, over http too: for trying them out. */
  WEBHOOK_ALLOW_PRIVATE: z
    .enum(['0', '1'])
    .default('0')
    .transform((text) => text === '1'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});
