/** Operations a second of each contender, in interleaved rounds so that a drift of the machine meets all alike. */
export interface Contender {
  readonly name: string;
  /** One operation; `index` grows by one from call to call. */
  run(index: number): Promise<unknown>;
}

export interface Measured {
  readonly name: string;
  readonly opsPerSecond: number;
  /** Median over the rounds of this contender's rate to the first one's in the same round. */
  readonly ratio: number;
}

export async function measure(
  contenders: readonly Contender[],
  { rounds = 7, operations = 20_000, inFlight = 64 } = {},
): Promise<Measured[]> {
  const rates = contenders.map((): number[] => []);
  let index = 0;
  for (let round = -1; round < rounds; round++) {
    for (const [position, contender] of contenders.entries()) {
      const startedMs = performance.now();
      const end = index + operations;
      const worker = async () => {
        while (index < end) await contender.run(index++);
      };
      await Promise.all(Array.from({ length: inFlight }, worker));
      // The first round warms code and connections up.
      if (round >= 0) rates[position]?.push(operations / ((performance.now() - startedMs) / 1000));
    }
  }
  return contenders.map(({ name }, position) => {
    const own = rates[position] ?? [];
    return {
      name,
      opsPerSecond: median(own),
      ratio: median(own.map((rate, round) => rate / (rates[0]?.[round] ?? rate))),
    };
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Prints a Markdown table; `note` says what it does not show. */
export function report(title: string, note: string, rows: readonly Measured[]): void {
  process.stdout.write(`\n## ${title}\n\n${note}\n\n| contender | operations/s | ratio |\n|---|---:|---:|\n`);
  for (const { name, opsPerSecond, ratio } of rows) {
    process.stdout.write(`| ${name} | ${Math.round(opsPerSecond).toLocaleString('en')} | ${ratio.toFixed(2)} |\n`);
  }
}
