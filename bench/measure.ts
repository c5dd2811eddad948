import { median, quick } from './facts.js';
import { publish } from './publish.js';

/** Operations a second of each contender, in interleaved rounds so that a drift of the machine meets all alike. */
export interface Contender {
  readonly name: string;
  /**
   * One operation; `index` grows by one from call to call. Resolves to what was read, or anything true: a contender that
   * answers with nothing would be measured doing nothing.
   */
  run(index: number): Promise<unknown>;
}

export interface Measured {
  readonly name: string;
  readonly opsPerSecond: number;
  /** Median over the rounds of this contender's rate to the first one's in the same round. */
  readonly ratio: number;
}

export interface MeasureOptions {
  readonly rounds?: number;
  /** At most so many in one round; fewer where they would take longer than `slotMs`. */
  readonly operations?: number;
  readonly slotMs?: number;
  readonly inFlight?: number;
}

const PROGRESS_EVERY_MS = 5_000;

export async function measure(contenders: readonly Contender[], options: MeasureOptions = {}): Promise<Measured[]> {
  const { inFlight = 64, operations = 20_000 } = options;
  const rounds = quick() ? 3 : (options.rounds ?? 9);
  const slotMs = (options.slotMs ?? 400) / (quick() ? 2 : 1);
  const rates = contenders.map((): number[] => []);
  // Much code needs more calls than little before it is compiled: the warm-up is as long for all as a whole round.
  const counts = contenders.map(() => operations);
  let index = 0;
  let saidMs = performance.now();
  // The first round warms code and connections up, and says how many operations fit into a slot.
  for (let round = -1; round < rounds; round++) {
    // Every other round runs backwards, so that nobody always follows the same one.
    const order = contenders.map((_, position) => (round % 2 === 0 ? position : contenders.length - 1 - position));
    for (const position of order) {
      const contender = contenders[position] as Contender;
      const count = counts[position] as number;
      const ms = await timed(contender, index, count, inFlight);
      index += count;
      if (round >= 0) rates[position]?.push(count / (ms / 1_000));
      else counts[position] = Math.max(inFlight * 4, Math.min(operations, Math.round((count / ms) * slotMs)));
      if (performance.now() - saidMs > PROGRESS_EVERY_MS) {
        saidMs = performance.now();
        process.stderr.write(`… round ${round + 2} of ${rounds + 1}: ${contender.name}\n`);
      }
    }
  }
  return contenders.map(({ name }, position) => {
    const own = rates[position] ?? [];
    const ratios = own.map((rate, round) => rate / (rates[0]?.[round] ?? rate));
    return { name, opsPerSecond: median(own), ratio: median(ratios) };
  });
}

async function timed(contender: Contender, first: number, count: number, inFlight: number): Promise<number> {
  // What others left behind is not collected on this contender's time.
  globalThis.gc?.();
  let index = first;
  let empty = 0;
  const end = first + count;
  const worker = async () => {
    while (index < end) {
      const answer = await contender.run(index++);
      if (answer === undefined || answer === null || answer === false) empty++;
    }
  };
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: inFlight }, worker));
  const ms = performance.now() - startedMs;
  if (empty > 0) throw new Error(`${contender.name}: ${empty} of ${count} operations answered with nothing`);
  return ms;
}

/**
 * Hands the rates over as a finding; `note` says what they do not show.
 * @param targets least ratio by name of contender
 */
export function report(
  title: string,
  note: string,
  rows: readonly Measured[],
  targets: Readonly<Record<string, number>> = {},
): void {
  publish({
    title,
    note,
    columns: ['operations/s', 'ratio'],
    rows: rows.map(({ name, opsPerSecond, ratio }) => {
      const target = targets[name];
      return {
        name,
        cells: [Math.round(opsPerSecond), Number(ratio.toPrecision(3))],
        ...(target !== undefined && { target: `>= ${target.toFixed(2)}`, reached: ratio >= target }),
      };
    }),
  });
}
