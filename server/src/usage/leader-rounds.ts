import type { Logger } from '../core/contracts.js';
import { codeOf } from '../core/errors.js';
import type { CacheEvent } from '../core/events.js';

/** One thing that one process does for all; rejects where it is to be tried again with the next round. */
export interface LeaderTask {
  /** For the log. */
  readonly name: string;
  run(nowMs: number): Promise<unknown>;
}

export interface LeaderRoundsOptions {
  readonly everyMs: number;
  /** One after the other. */
  readonly tasks: readonly LeaderTask[];
  readonly logger: Logger;
}

/** Does the tasks of the process that leads, round after round; one that fails keeps no other from its turn. */
export class LeaderRounds {
  readonly #options: LeaderRoundsOptions;
  #timer: NodeJS.Timeout | undefined;
  #underway: Promise<void> | undefined;
  #leading = false;
  #closed = false;

  constructor(options: LeaderRoundsOptions) {
    this.#options = options;
  }

  get leading(): boolean {
    return this.#leading;
  }

  /** Hears who leads. */
  readonly observe = (event: CacheEvent): void => {
    if (event.type === 'leader') this.#leading = event.leading;
  };

  start(): void {
    this.#timer = setInterval(() => void this.round(), this.#options.everyMs).unref();
  }

  /** Never rejects. */
  round(): Promise<void> {
    this.#underway ??= this.#round().finally(() => {
      this.#underway = undefined;
    });
    return this.#underway;
  }

  /** Resolves when the task under way has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#underway;
  }

  async #round(): Promise<void> {
    for (const { name, run } of this.#options.tasks) {
      if (!this.#leading || this.#closed) return;
      try {
        await run(Date.now());
      } catch (error) {
        this.#options.logger.warn(
          { task: name, code: codeOf(error) },
          'a task of the leader failed, and is tried again',
        );
      }
    }
  }
}
