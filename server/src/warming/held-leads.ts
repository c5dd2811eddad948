import type { Leadership } from '../core/upkeep.js';

/** A third of what a lease lasts. */
const HEARTBEAT_MS = 2_000;

/**
 * What this process leads, where runs are kept in its own memory: other processes know nothing of them, so that who may
 * begin one is for the shared store to say. Held until it is given up, or lost.
 */
export class HeldLeads {
  readonly #open: (name: string) => Leadership;
  readonly #known = new Map<string, Leadership>();
  readonly #held = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(open: (name: string) => Leadership) {
    this.#open = open;
  }

  /** Whether this process leads; whoever cannot ask does not. */
  async take(name: string): Promise<boolean> {
    const leadership = this.#known.get(name) ?? this.#open(name);
    this.#known.set(name, leadership);
    const fence = await leadership.lead().catch(() => undefined);
    if (fence === undefined) this.#held.delete(name);
    else this.#held.add(name);
    this.#timer ??= setInterval(() => this.#beat(), HEARTBEAT_MS).unref();
    return fence !== undefined;
  }

  async giveUp(name: string): Promise<void> {
    this.#held.delete(name);
    await this.#known
      .get(name)
      ?.resign()
      .catch(() => {});
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([...this.#held].map((name) => this.giveUp(name)));
  }

  #beat(): void {
    for (const name of this.#held) void this.take(name);
  }
}
