import { NOOP_LOGGER } from '../../src/core/contracts.js';
import { RedisDurableQueue } from '../../src/l2/redis-durable-queue.js';
import { topologyOf } from '../../src/l2/topology-of.js';

/** A durable queue with connections of its own, as one process has it. */
export async function redisQueue(url: string, options: { holdMs?: number; deadlineMs?: number } = {}) {
  const topology = topologyOf(
    { url },
    {
      deadlineMs: options.deadlineMs ?? 5_000,
      failures: 5,
      halfOpenAfterMs: 500,
      logger: NOOP_LOGGER,
      emit() {},
      beforeClose: async () => [],
      onReturn() {},
      onSuccession() {},
    },
  );
  const [node] = topology.nodes();
  await node?.connections.attempted;
  const queue = new RedisDurableQueue({ topology, ...(options.holdMs ? { holdMs: options.holdMs } : {}) });
  return {
    queue,
    close: async () => {
      await topology.close(1_000);
      node?.connections.subscriber.disconnect();
    },
  };
}
