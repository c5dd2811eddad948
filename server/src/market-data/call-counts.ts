/** `saved` counts the answers that needed no call of their own. */
export interface Calls {
  readonly made: number;
  readonly saved: number;
}

export interface ExchangeCalls extends Calls {
  /** By symbol. A call for many symbols is one of the exchange, and one of each of them. */
  readonly symbols: Readonly<Record<string, Calls>>;
}

/** Both only grow, which is what a scraper wants. */
export interface Tally {
  calls: number;
  answers: number;
}

/** Counts of symbols that came when there were as many as are counted by themselves. */
const OTHER = 'other';

/** What one process asked exchanges, and what it answered, since it began. */
export class CallCounts {
  readonly #maxSymbols: number;
  readonly #exchanges = new Map<string, { readonly all: Tally; readonly symbols: Map<string, Tally> }>();

  /** @param maxSymbols of an exchange with counts of their own; the others share `other` */
  constructor(exchanges: Iterable<string>, maxSymbols: number) {
    this.#maxSymbols = maxSymbols;
    for (const exchange of exchanges) this.#exchanges.set(exchange, { all: tally(), symbols: new Map() });
  }

  /**
   * One call, for these symbols or, without any, for the exchange as a whole. A symbol without counts gets them once the
   * exchange told of it, or names that nobody knows would take the room of those that there are.
   * @returns to be told which symbols the answer is about
   */
  called(exchange: string, symbols: readonly string[]): (isTold: (symbol: string) => boolean) => void {
    const counts = this.#exchanges.get(exchange);
    if (counts === undefined) return () => {};
    counts.all.calls++;
    const unknown = symbols.filter((symbol) => {
      const known = counts.symbols.get(symbol);
      if (known) known.calls++;
      return known === undefined;
    });
    return (isTold) => {
      for (const symbol of unknown) if (isTold(symbol)) this.#of(counts.symbols, symbol).calls++;
    };
  }

  answered(exchange: string, symbol: string): void {
    const counts = this.#exchanges.get(exchange);
    if (counts === undefined) return;
    counts.all.answers++;
    this.#of(counts.symbols, symbol).answers++;
  }

  exchanges(): Record<string, ExchangeCalls> {
    const all = [...this.#exchanges].map(([exchange, counts]) => {
      const symbols = Object.fromEntries([...counts.symbols].map(([symbol, one]) => [symbol, callsOf(one)]));
      return [exchange, { ...callsOf(counts.all), symbols }] as const;
    });
    return Object.fromEntries(all);
  }

  /** Every tally, for whoever renders them; those of an exchange as a whole have no symbol. */
  *tallies(): Iterable<{ exchange: string; symbol: string | undefined; tally: Readonly<Tally> }> {
    for (const [exchange, { all, symbols }] of this.#exchanges) {
      yield { exchange, symbol: undefined, tally: all };
      for (const [symbol, one] of symbols) yield { exchange, symbol, tally: one };
    }
  }

  #of(symbols: Map<string, Tally>, symbol: string): Tally {
    const known = symbols.get(symbol);
    if (known) return known;
    const name = symbols.size < this.#maxSymbols ? symbol : OTHER;
    const one = symbols.get(name) ?? tally();
    symbols.set(name, one);
    return one;
  }
}

function tally(): Tally {
  return { calls: 0, answers: 0 };
}

function callsOf({ calls, answers }: Tally): Calls {
  // A call that fails is made and answers nobody.
  return { made: calls, saved: Math.max(0, answers - calls) };
}
