// @ts-check
import path from 'node:path';
import { requireLoopback } from '../services/loopback.mjs';
import { providePostgres } from '../services/postgres.mjs';
import { provideRedis } from '../services/redis.mjs';
import { parseAddresses, provideRedisCluster } from '../services/redis-cluster.mjs';
import { Trouble } from '../trouble.mjs';

/**
 * Redis, PostgreSQL and a Redis Cluster for tests: those of TEST_REDIS_URL, TEST_POSTGRES_URL and TEST_REDIS_CLUSTER, or
 * new ones that end with the run.
 * @param {object} options
 * @param {string} options.root
 * @param {string} options.directory thrown away after the run
 * @param {import('../services/ports.mjs').Ports} options.ports
 * @param {import('../services/supervisor.mjs').Supervisor} options.supervisor
 */
export async function provideTestServices({ root, directory, ports, supervisor }) {
  const choosePort = () => ports.any();
  const redis = await provideRedis({
    url: requireLoopback('TEST_REDIS_URL', process.env.TEST_REDIS_URL),
    variable: 'TEST_REDIS_URL',
    directory: path.join(directory, 'redis'),
    packageDirectory: path.join(root, '.data', 'packages'),
    durable: false,
    choosePort,
    supervisor,
  });
  if (!redis) {
    throw new Trouble(
      'There is no Redis to test against: install Redis 7 (redis-server), or set TEST_REDIS_URL to one on 127.0.0.1.',
    );
  }
  const postgres = await providePostgres({
    url: requireLoopback('TEST_POSTGRES_URL', process.env.TEST_POSTGRES_URL),
    variable: 'TEST_POSTGRES_URL',
    directory: path.join(directory, 'postgres'),
    durable: false,
    choosePort,
    supervisor,
  });
  const cluster = await provideTestCluster({ root, directory, ports, supervisor });
  return { redisUrl: redis.url, postgresUrl: postgres.url, cluster };
}

/**
 * @param {Parameters<typeof provideTestServices>[0]} options
 * @returns {Promise<string>} its addresses
 */
export async function provideTestCluster({ root, directory, ports, supervisor }) {
  const variable = 'TEST_REDIS_CLUSTER';
  const addresses = process.env.TEST_REDIS_CLUSTER;
  if (addresses)
    for (const { host } of parseAddresses(variable, addresses)) requireLoopback(variable, `redis://${host}`);
  const cluster = await provideRedisCluster({
    addresses,
    variable,
    directory: path.join(directory, 'cluster'),
    packageDirectory: path.join(root, '.data', 'packages'),
    durable: false,
    ports,
    supervisor,
  });
  return cluster.addresses;
}
