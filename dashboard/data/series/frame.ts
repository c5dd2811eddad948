import { gridTimes, type TimeRange } from '../range';
import type { SeriesName } from './names';

export type Value = number | null;

/** Series on one grid of times. JSON as it is: the polling handlers send it unchanged. */
export interface Frame<Name extends string = SeriesName> {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  /** How much of the last step has passed, where it is still under way. */
  readonly lastStepMs?: number;
  /** End of each step; of one that is under way, how far it has come. */
  readonly times: readonly number[];
  /** False where nothing was recorded at all: a gap. Where it is true, a counter without growth is zero. */
  readonly covered: readonly boolean[];
  readonly values: Readonly<Record<Name, readonly Value[]>>;
}

export class FrameBuilder<Name extends string> {
  readonly times: readonly number[];
  readonly covered: boolean[];
  readonly #index: ReadonlyMap<number, number>;
  readonly #values: Map<Name, Value[]>;
  readonly #range: TimeRange;

  constructor(range: TimeRange, names: readonly Name[]) {
    this.#range = range;
    this.times = gridTimes(range);
    this.covered = this.times.map(() => false);
    this.#index = new Map(this.times.map((at, index) => [at, index]));
    this.#values = new Map(names.map((name) => [name, this.times.map(() => null)]));
  }

  /** Points off the grid are left out. */
  cover(at: number): void {
    const index = this.#index.get(at);
    if (index !== undefined) this.covered[index] = true;
  }

  put(name: Name, at: number, value: number): void {
    const index = this.#index.get(at);
    const values = this.#values.get(name);
    if (index !== undefined && values) values[index] = value;
  }

  /** Fills covered points of these names that have no value with zero: scraped, but nothing counted. */
  zero(names: readonly Name[]): void {
    for (const name of names) {
      const values = this.#values.get(name);
      this.covered.forEach((covered, index) => {
        if (covered && values && values[index] === null) values[index] = 0;
      });
    }
  }

  /** Is there any value of these names? */
  has(names: readonly Name[]): boolean {
    return names.some((name) => this.#values.get(name)?.some((value) => value !== null));
  }

  /** @param lastStepMs how much of the last step has passed, where it is under way */
  build(lastStepMs?: number): Frame<Name> {
    const { fromMs, toMs, stepMs } = this.#range;
    const reachedMs = lastStepMs === undefined ? toMs : toMs - stepMs + lastStepMs;
    return {
      fromMs,
      toMs: reachedMs,
      stepMs,
      ...(lastStepMs === undefined ? {} : { lastStepMs }),
      times: lastStepMs === undefined ? this.times : [...this.times.slice(0, -1), reachedMs],
      covered: this.covered,
      values: Object.fromEntries(this.#values) as Record<Name, Value[]>,
    };
  }
}
