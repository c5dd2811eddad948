import type { Breather } from './breather.js';
import type { Labels, Sample } from './instruments.js';
import { busiest, rankLabels } from './label-ranking.js';

/** Labels change hands at most so often: each change makes series that Prometheus keeps for hours. */
const REVIEW_EVERY_MS = 300_000;

export interface CappedSeriesOptions {
  /** The name of the label, and what those share in it that have none of their own. */
  readonly label: readonly [name: string, others: string];
  /** Labels at once, `always` among them. */
  readonly maxLabels: number;
  /** Have a label whenever they are there, however little they do. */
  readonly always?: readonly string[];
  readonly counters: number;
  readonly gauges?: number;
  /** Of those without a label, how many are remembered one by one. */
  readonly maxKnown?: number;
  readonly reviewEveryMs?: number;
  readonly now?: () => number;
}

export interface SampledColumn {
  readonly index: number;
  readonly labels?: Labels | undefined;
}

/** The series of one label. */
export class LabelledSeries {
  /** What was shown last; never falls. */
  readonly shown: Float64Array;
  readonly gauges: Float64Array;
  /** What was counted before the label, or while the series stood still: it is in `other`. */
  readonly base: Float64Array;
  /** Whether `base` is to be taken at the next look. */
  rebase = false;
  /** Stands still until the next review, so that every scraper sees its last values before it ends. */
  ending = false;
  /** As of the last review. */
  traffic = 0;

  constructor(
    readonly labels: Labels,
    counters: number,
    gauges: number,
    readonly reserved: boolean,
  ) {
    this.shown = new Float64Array(counters);
    this.base = new Float64Array(counters);
    this.gauges = new Float64Array(gauges);
  }

  show(values: Float64Array): void {
    const { shown, base } = this;
    for (let index = 0; index < shown.length; index++) {
      const value = values[index] as number;
      if (this.rebase) base[index] = value - (shown[index] as number);
      shown[index] = Math.max(shown[index] as number, value - (base[index] as number));
    }
    this.rebase = false;
  }
}

interface Member {
  readonly name: string;
  readonly traffic: number;
  readonly recent: number;
}

interface Holder {
  readonly series: LabelledSeries;
  readonly traffic: number;
  readonly recent: number;
}

/**
 * Cumulative counters of any number of names in a bounded number of series: those with a label each, all others together in
 * `other`. No series falls, and whatever was counted is in exactly one of the series that were ever shown: a name that gets a
 * label begins at zero where `other` had counted it, and what a series showed when it ends does not come back in `other`, for
 * a rise that nobody asked for is as wrong to `rate()` as a fall.
 */
export class CappedSeries {
  readonly other: Float64Array;
  /** Gauges of those without a label, summed; undefined while there are none. */
  otherGauges: Float64Array | undefined;
  readonly #options: CappedSeriesOptions;
  readonly #otherLabels: Labels;
  readonly #always: ReadonlySet<string>;
  readonly #series = new Map<string, LabelledSeries>();
  /** Counted in `other`, with their traffic at the last review. */
  readonly #known = new Map<string, number>();
  /** Some that are counted in `other` are not remembered, so nobody is known to be new. */
  #blurred = false;
  /** What the series showed that have ended. */
  readonly #ended: Float64Array;
  #reviewedAtMs: number;

  constructor(options: CappedSeriesOptions) {
    this.#options = options;
    this.#otherLabels = { [options.label[0]]: options.label[1] };
    this.#always = new Set(options.always);
    this.other = new Float64Array(options.counters);
    this.#ended = new Float64Array(options.counters);
    this.#reviewedAtMs = this.#now();
  }

  get series(): ReadonlyMap<string, LabelledSeries> {
    return this.#series;
  }

  /** Of every label, the others' last. @param columns which values, with the labels that each has beside that of the series */
  samples(which: 'shown' | 'gauges', columns: readonly SampledColumn[]): Sample[] {
    const samples: Sample[] = [];
    const take = (sharedLabels: Labels, values: Float64Array) => {
      for (const { index, labels } of columns) samples.push({ labels, sharedLabels, value: values[index] as number });
    };
    for (const series of this.#series.values()) take(series.labels, series[which]);
    const others = which === 'shown' ? this.other : this.otherGauges;
    if (others) take(this.#otherLabels, others);
    return samples;
  }

  /** Decides who has a label. @param members with what they have done so far, cumulative */
  async begin(members: Iterable<readonly [name: string, traffic: number]>, breather: Breather): Promise<void> {
    this.otherGauges = undefined;
    const review = this.#now() - this.#reviewedAtMs >= (this.#options.reviewEveryMs ?? REVIEW_EVERY_MS);
    const seats = this.#options.maxLabels - this.#always.size;
    const free = seats - this.#count((series) => !series.reserved);
    if (!review && free <= 0) return;
    const waiting: Member[] = [];
    const holding: Holder[] = [];
    for (const [name, traffic] of members) {
      if (breather.due) await breather.breathe();
      if (this.#always.has(name)) continue;
      const recent = this.#recent(name, traffic);
      const series = this.#series.get(name);
      if (series && !series.ending) holding.push({ series, traffic, recent });
      else if (series === undefined || review) waiting.push({ name, traffic, recent });
    }
    if (review) this.#review(holding, waiting, seats);
    else this.#fill(waiting, free);
  }

  /** Takes what one name has counted so far. */
  take(name: string, values: Float64Array, gauges?: Float64Array): void {
    if (!this.#series.has(name) && this.#always.has(name)) this.#label(name, 0, true);
    const series = this.#series.get(name);
    if (series) {
      if (!series.ending) series.show(values);
      if (gauges) series.gauges.set(gauges);
      return;
    }
    if (!this.#known.has(name)) this.#remember(name, 0);
    if (gauges === undefined) return;
    this.otherGauges ??= new Float64Array(gauges.length);
    add(this.otherGauges, gauges);
  }

  /** @param totals of all names that there ever were, with and without a label */
  finish(totals: Float64Array): void {
    const shown = this.#ended.slice();
    for (const series of this.#series.values()) add(shown, series.shown);
    for (let index = 0; index < totals.length; index++) {
      // A sum of fractions may be smaller by a rounding than the time before.
      const rest = (totals[index] as number) - (shown[index] as number);
      this.other[index] = Math.max(this.other[index] as number, rest);
    }
  }

  /** The name is no more. What it did since it was last shown is in `other` from here on. */
  drop(name: string): void {
    const series = this.#series.get(name);
    if (series) this.#end(name, series);
    this.#known.delete(name);
  }

  /** Some were counted in `other` without being named to `take`. */
  blur(): void {
    this.#blurred = true;
  }

  #now(): number {
    return (this.#options.now ?? (() => performance.now()))();
  }

  /** Ends the series that the last review chose, unless they have become busy again, and chooses the next. */
  #review(holding: readonly Holder[], waiting: Member[], seats: number): void {
    this.#reviewedAtMs = this.#now();
    const next = rankLabels(holding, waiting, seats);
    this.#fill(waiting, seats - this.#count((series) => !series.reserved && !series.ending));
    for (const [name, series] of this.#series) if (series.ending) this.#end(name, series);
    for (const { series } of next) series.ending = true;
    for (const { series, traffic } of holding) series.traffic = traffic;
    for (const { name, traffic } of waiting) if (!this.#series.has(name)) this.#remember(name, traffic);
  }

  #count(which: (series: LabelledSeries) => boolean): number {
    let count = 0;
    for (const series of this.#series.values()) if (which(series)) count++;
    return count;
  }

  /** What it has done since the last review. */
  #recent(name: string, traffic: number): number {
    return Math.max(0, traffic - (this.#series.get(name)?.traffic ?? this.#known.get(name) ?? 0));
  }

  /** The busiest first. */
  #fill(waiting: Member[], seats: number): void {
    for (const { name, traffic } of busiest(waiting, seats)) this.#label(name, traffic, false);
  }

  #label(name: string, traffic: number, reserved: boolean): void {
    const standing = this.#series.get(name);
    const { label, counters, gauges = 0 } = this.#options;
    const series = standing ?? new LabelledSeries({ [label[0]]: name }, counters, gauges, reserved);
    series.traffic = traffic;
    series.ending = false;
    series.rebase = standing !== undefined || this.#blurred || this.#known.has(name);
    this.#known.delete(name);
    this.#series.set(name, series);
  }

  #end(name: string, series: LabelledSeries): void {
    add(this.#ended, series.shown);
    this.#series.delete(name);
  }

  #remember(name: string, traffic: number): void {
    if (this.#known.has(name) || this.#known.size < (this.#options.maxKnown ?? Number.POSITIVE_INFINITY)) {
      this.#known.set(name, traffic);
    } else this.#blurred = true;
  }
}

/** @param count how many of them, from the first on */
export function add(sums: Float64Array, values: Float64Array, count = sums.length): void {
  for (let index = 0; index < count; index++) sums[index] = (sums[index] as number) + (values[index] as number);
}
