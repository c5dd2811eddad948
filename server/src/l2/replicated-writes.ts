import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { ReplicaWait } from '../core/replica-wait.js';
import type { Hear } from './late-answer.js';
import type { ReplicatingPool } from './replicating-pool.js';
import type { PackedCall } from './script-runner.js';
import { type WriteAnswer, WriteBatcher, type WriteBatcherParts } from './write-batcher.js';

/** In flight at once, each on a connection of its own. */
const MAX_CALLS = 4;

/**
 * Writes that are answered once so many replicas have them, or the time for that is over: a call to one server, then
 * WAIT on the same connection. The time is none of the call's own deadline.
 */
export class ReplicatedWrites extends WriteBatcher {
  readonly #topology: WriteBatcherParts['topology'];
  readonly #waitFor: ReplicaWait;
  readonly #deadlineMs: number;

  constructor(parts: WriteBatcherParts, waitFor: ReplicaWait, deadlineMs: number) {
    super(parts, MAX_CALLS);
    this.#topology = parts.topology;
    this.#waitFor = waitFor;
    this.#deadlineMs = deadlineMs;
  }

  protected override async send(lane: number, call: PackedCall, hear: Hear<Buffer>): Promise<WriteAnswer> {
    let pool: ReplicatingPool | undefined;
    let client: Redis | undefined;
    let answered = false;
    try {
      const reply = await this.#topology.script(lane, async (scripts, { connections }) => {
        if (client) pool?.release(client);
        pool = connections.replicating;
        client = await pool.take();
        return hear(scripts.over(client).runPacked(call));
      });
      const replicas = client && (await this.#wait(client));
      answered = replicas !== undefined;
      return { reply, replicas: replicas ?? 0 };
    } finally {
      if (client && answered) pool?.release(client);
      else if (client) pool?.discard(client);
    }
  }

  /** Undefined where there was no answer: that says nothing of what the replicas have. */
  async #wait(client: Redis): Promise<number | undefined> {
    const { replicas, timeoutMs } = this.#waitFor;
    const silent = delay(timeoutMs + this.#deadlineMs, undefined, { ref: false });
    return Promise.race([client.wait(replicas, timeoutMs).catch(() => undefined), silent]);
  }
}
