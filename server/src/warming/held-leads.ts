import { codeOf } from '../core/errors.js';
import type { Leadership } from '../core/upkeep.js';

const HEARTBEAT_MS = 2_000;
/** With the next heartbeat, and what that waits for an answer, less than the 10 s after which another may lead. */
const UNHEARD_MS = 6_000;

export interface HeldLeadsOptions {
  readonly open: (name: string) => Leadership;
  /** Another may lead by now. `code`: `WARMING_RUNNING` where it does, else why nobody could be asked. */
  readonly onLost: (name: string, code: string) => void;
}

/**
 * What this process leads, where runs are kept in its own memory: other processes know nothing of them, so that who may
 * begin one is for the shared store to say. Held until it is given up, or lost.
 */
export class HeldLeads {
  readonly #options: HeldLeadsOptions;
  readonly #known = new Map<string, Leadership>();
  /** When that was asked for last of each that is held. */
  readonly #heldAtMs = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: HeldLeadsOptions) {
    this.#options = options;
  }

  /** Whether this process leads. Rejects where that cannot be asked. */
  async take(name: string): Promise<boolean> {
    const askedAtMs = performance.now();
    const leads = await this.#ask(name);
    if (leads) this.#heldAtMs.set(name, askedAtMs);
    else this.#lose(name, 'WARMING_RUNNING');
    this.#timer ??= setInterval(() => this.#beat(), HEARTBEAT_MS).unref();
    return leads;
  }

  async giveUp(name: string): Promise<void> {
    this.#heldAtMs.delete(name);
    await this.#known
      .get(name)
      ?.resign()
      .catch(() => {});
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([...this.#heldAtMs.keys()].map((name) => this.giveUp(name)));
  }

  #beat(): void {
    for (const name of this.#heldAtMs.keys()) void this.#keep(name);
  }

  /** One answer that does not come loses nothing: the lease lasts longer. */
  async #keep(name: string): Promise<void> {
    const askedAtMs = performance.now();
    try {
      const leads = await this.#ask(name);
      if (!leads) this.#lose(name, 'WARMING_RUNNING');
      // What was given up meanwhile is not to be held again.
      else if (this.#heldAtMs.has(name)) this.#heldAtMs.set(name, askedAtMs);
    } catch (error) {
      const heldAtMs = this.#heldAtMs.get(name);
      if (heldAtMs !== undefined && performance.now() - heldAtMs >= UNHEARD_MS) this.#lose(name, codeOf(error));
    }
  }

  async #ask(name: string): Promise<boolean> {
    const leadership = this.#known.get(name) ?? this.#options.open(name);
    this.#known.set(name, leadership);
    return (await leadership.lead()) !== undefined;
  }

  #lose(name: string, code: string): void {
    if (this.#heldAtMs.delete(name)) this.#options.onLost(name, code);
  }
}
