import { setTimeout as delay, setImmediate as immediate } from 'node:timers/promises';
import type { Redis } from 'ioredis';

/** Who asks has another way to the answer than a line that is silent. */
const HEAR_MS = 250;

/** Until when all that a server said over one connection is known to have been handed out: its answers come in order. */
export class LineHearing {
  readonly #subscriber: Redis;
  #untilMs = Number.NEGATIVE_INFINITY;
  /** Counts connections: what was asked of one says nothing about the next. */
  #epoch = 0;
  #asked: Promise<void> | undefined;

  constructor(subscriber: Redis) {
    this.#subscriber = subscriber;
  }

  /** In `performance.now()`; `-Infinity` where nothing is known. */
  get untilMs(): number {
    return this.#untilMs;
  }

  /** As `InvalidationBus.hear`. */
  hear(): Promise<void> {
    if (this.#asked) return this.#asked;
    const asked = Promise.race([this.#ask(), patience()]).finally(() => {
      if (this.#asked === asked) this.#asked = undefined;
    });
    this.#asked = asked;
    return asked;
  }

  /** Something may be missed from now on, or may have been until now. */
  forget(): void {
    this.#epoch++;
    this.#untilMs = Number.NEGATIVE_INFINITY;
    this.#asked = undefined;
  }

  async #ask(): Promise<void> {
    const epoch = this.#epoch;
    const askedMs = performance.now();
    await this.#subscriber.ping().then(() => {
      if (this.#epoch === epoch) this.#untilMs = askedMs;
    }, noop);
  }
}

/** After a turn that took as long the answer may be there and only not read yet: sockets are read after timers. */
async function patience(): Promise<void> {
  await delay(HEAR_MS, undefined, { ref: false });
  await immediate();
}

function noop(): void {}
