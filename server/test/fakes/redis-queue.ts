import { NOOP_LOGGER } from '../../src/core/contracts.js';
import { RedisConnections } from '../../src/l2/redis-connections.js';
import { RedisDurableQueue } from '../../src/l2/redis-durable-queue.js';
import { RedisGuard } from '../../src/l2/redis-guard.js';

/** A durable queue with connections of its own, as one process has it. */
export async function redisQueue(url: string, options: { holdMs?: number; deadlineMs?: number } = {}) {
  const connections = new RedisConnections({ url }, NOOP_LOGGER);
  const { attempted, scripts } = connections;
  const deadlineMs = options.deadlineMs ?? 5_000;
  const guard = new RedisGuard({
    deadlineMs,
    failures: 5,
    halfOpenAfterMs: 500,
    emit() {},
    attempted,
    ping: () => scripts.ping(),
  });
  await attempted;
  const queue = new RedisDurableQueue({ connections, guard, ...(options.holdMs ? { holdMs: options.holdMs } : {}) });
  return {
    queue,
    close: async () => {
      await connections.close(1_000);
      connections.subscriber.disconnect();
    },
  };
}
