import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '@tenantcache/database';

/** What came of a refresh: `fresh` had nothing to do, `running` found another one at it, which may not know of the change. */
type Outcome = 'refreshed' | 'fresh' | 'running';

export interface AccessViewOptions {
  /** Changes that come within it are one refresh. Default 1,000. */
  settleMs?: number;
  /** For what no process asked for, as it died after its change. Default 60,000. */
  everyMs?: number;
  onError?: (error: unknown) => void;
}

/**
 * Keeps the view of effective permissions up. Nobody waits for it: what a tenant changed is read from the tables until the view
 * has it, so a refresh that is late or fails costs time and nothing else.
 */
export class AccessView {
  readonly #database: Pick<Database, 'withoutTenant'>;
  readonly #settleMs: number;
  readonly #onError: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #closing = new AbortController();
  #wanted = false;
  #work: Promise<void> | undefined;

  /** @param database its `timeoutMs` bounds a refresh, which takes seconds for 50,000 members */
  constructor(database: Pick<Database, 'withoutTenant'>, options: AccessViewOptions = {}) {
    const { settleMs = 1_000, everyMs = 60_000, onError = () => {} } = options;
    this.#database = database;
    this.#settleMs = settleMs;
    this.#onError = onError;
    this.#timer = setInterval(() => this.changed(), everyMs);
    this.#timer.unref();
    // The view of a database that was just made, or restored, has nobody yet.
    this.changed();
  }

  /** After the commit of a change. */
  changed(): void {
    this.#wanted = true;
    this.#work ??= this.#refreshWhileWanted().finally(() => {
      this.#work = undefined;
    });
  }

  /** Lets a refresh that is under way end. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#closing.abort();
    await this.#work;
  }

  async #refreshWhileWanted(): Promise<void> {
    while (this.#wanted) {
      await delay(this.#settleMs, undefined, { signal: this.#closing.signal, ref: false }).catch(() => {});
      if (this.#closing.signal.aborted) return;
      this.#wanted = false;
      try {
        if ((await this.#refresh()) === 'running') this.#wanted = true;
      } catch (error) {
        // The schedule asks again.
        this.#onError(error);
      }
    }
  }

  async #refresh(): Promise<Outcome | undefined> {
    const [row] = await this.#database.withoutTenant(
      (tx) => tx.$queryRaw<{ outcome: Outcome }[]>`SELECT refresh_effective_permissions() AS outcome`,
    );
    return row?.outcome;
  }
}
