// @ts-check
import { say, seconds } from '../say.mjs';

const TELL_EVERY_MS = 5_000;

/** Says from time to time how far something is and how long the rest will take. */
export class Progress {
  #startedAtMs;
  #toldAtMs;
  #clock;

  /** @param {() => number} [clock] */
  constructor(clock = () => performance.now()) {
    this.#clock = clock;
    this.#startedAtMs = clock();
    this.#toldAtMs = this.#startedAtMs;
  }

  /** @param {{ done: number, inAll: number, worked: number }} at `worked`: what of it this run did itself, which tells its speed */
  tell({ done, inAll, worked }) {
    const nowMs = this.#clock();
    if (nowMs - this.#toldAtMs < TELL_EVERY_MS && done < inAll) return;
    this.#toldAtMs = nowMs;
    const share = `${((100 * done) / inAll).toFixed(0)} %`;
    const leftMs = worked > 0 ? ((nowMs - this.#startedAtMs) / worked) * (inAll - done) : 0;
    say('seed', leftMs > 0 ? `${share}, about ${seconds(leftMs)} left` : share);
  }
}
