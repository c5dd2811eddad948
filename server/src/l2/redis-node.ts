import type { Emit, Logger } from '../core/contracts.js';
import type { TenantCacheError } from '../core/errors.js';
import { RedisConnections, type ServerSource } from './redis-connections.js';
import { RedisGuard } from './redis-guard.js';
import { refusalOf } from './redis-requirements.js';
import { ScriptRunner } from './script-runner.js';
import { SequenceClock } from './sequence-clock.js';

export interface RedisNodeOptions {
  readonly source: ServerSource;
  /** `host:port`; of a server that is no node of a Cluster what the application called it. */
  readonly address: string;
  readonly inCluster: boolean;
  readonly deadlineMs: number;
  readonly failures: number;
  readonly halfOpenAfterMs: number;
  readonly logger: Logger;
  readonly emit: Emit;
  readonly beforeClose: (node: RedisNode) => Promise<readonly unknown[]>;
  /** Calls reach it again, or will in a moment. */
  readonly onReturn: (node: RedisNode) => void;
  /** It is another process than before: what the last one acknowledged may be lost. */
  readonly onRestart: (node: RedisNode) => void;
}

/** One server that takes writes, with all that stands between it and its callers. A fault of it is a fault of no other. */
export class RedisNode {
  readonly address: string;
  readonly connections: RedisConnections;
  readonly guard: RedisGuard;
  readonly scripts: ScriptRunner;
  readonly clock = new SequenceClock();
  readonly #onRestart: (node: RedisNode) => void;
  readonly #inCluster: boolean;
  #runId: string | undefined;

  constructor(options: RedisNodeOptions) {
    const { source, address, logger, emit, beforeClose } = options;
    this.address = address;
    this.#inCluster = options.inCluster;
    this.#onRestart = options.onRestart;
    const connections = new RedisConnections(source, logger);
    this.connections = connections;
    this.scripts = new ScriptRunner(connections.scripts, options.inCluster);
    this.guard = new RedisGuard({
      ...options,
      emit: (event) => {
        if (event.type === 'breaker' && event.state === 'closed') options.onReturn(this);
        emit(event);
      },
      attempted: connections.attempted,
      ping: () => connections.scripts.ping(),
      beforeClose: () => beforeClose(this),
    });
    connections.scripts.on('ready', () => void this.inspect().catch(() => {}));
    connections.reads.on('ready', () => options.onReturn(this));
    // First on this connection, so that its answer is there before that of any read behind it.
    connections.reads.on('ready', () => void connections.reads.info('server').then(this.#notice, () => {}));
  }

  get state(): 'up' | 'down' {
    return this.guard.closed && this.connections.ready ? 'up' : 'down';
  }

  /** Refuses a server that must not be used, and takes one back that may be by now. */
  async inspect(): Promise<TenantCacheError | undefined> {
    const info = await this.guard.ask(() => this.connections.scripts.info());
    this.#notice(info);
    const refusal = refusalOf(info, this.#inCluster);
    await this.guard.refuse(refusal);
    return refusal;
  }

  readonly #notice = (info: string): void => {
    const runId = /^run_id:(\w+)/m.exec(info)?.[1];
    const before = this.#runId;
    this.#runId = runId;
    if (before !== undefined && runId !== before) this.#onRestart(this);
  };
}
