import type { Emit } from '../core/contracts.js';
import type { Leadership } from '../core/upkeep.js';

/** Whether this process leads, as of its last heartbeat; what it does meanwhile carries the fence. */
export class LeaderSeat {
  readonly #leadership: Leadership;
  readonly #emit: Emit;
  #fence: number | undefined;

  constructor(leadership: Leadership, emit: Emit) {
    this.#leadership = leadership;
    this.#emit = emit;
  }

  get fence(): number | undefined {
    return this.#fence;
  }

  /** Asks whether it leads; whoever cannot ask does not. */
  async beat(): Promise<number | undefined> {
    this.#take(await this.#leadership.lead().catch(() => undefined));
    return this.#fence;
  }

  /** At the end, or where this process was told that another leads. */
  async leave(): Promise<void> {
    this.#take(undefined);
    await this.#leadership.resign().catch(() => {});
  }

  #take(fence: number | undefined): void {
    const before = this.#fence;
    this.#fence = fence;
    if ((before === undefined) !== (fence === undefined)) this.#emit({ type: 'leader', leading: fence !== undefined });
  }
}
