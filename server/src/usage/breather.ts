import { setImmediate as turn } from 'node:timers/promises';

/** A scrape gives the event loop back after so long: requests must not wait for it. */
const YIELD_AFTER_MS = 5;

/** A look at the clock costs a tenth of what is done between two. */
const STEPS_PER_LOOK = 16;

/** Lets others run once `YIELD_AFTER_MS` are over. */
export class Breather {
  #sinceMs = performance.now();
  #steps = 0;

  /** To be asked after each small step. */
  get due(): boolean {
    return ++this.#steps % STEPS_PER_LOOK === 0 && this.late;
  }

  get late(): boolean {
    return performance.now() - this.#sinceMs >= YIELD_AFTER_MS;
  }

  async breathe(): Promise<void> {
    await turn();
    this.#sinceMs = performance.now();
  }
}
