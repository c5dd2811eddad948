import { Counter, type Metric } from 'prom-client';
import type { CallCounts, Tally } from './call-counts.js';

/** What takes families: a cache of `createTenantCache`, or a `Registry` of prom-client. */
export interface MetricTaker {
  registerMetric(metric: Metric): void;
}

/** Families that are computed at the scrape from what is counted anyway. */
export function registerCallFamilies(taker: MetricTaker, prefix: string, counts: CallCounts): void {
  const add = (name: string, help: string, bySymbol: boolean, read: (tally: Readonly<Tally>) => number) => {
    const labelNames = bySymbol ? ['exchange', 'symbol'] : ['exchange'];
    const family = { name: prefix + name, help, type: 'counter' as const };
    const get = async () => ({
      ...family,
      aggregator: 'sum' as const,
      values: [...counts.tallies()]
        .filter(({ symbol }) => (symbol !== undefined) === bySymbol)
        .map(({ exchange, symbol, tally }) => ({
          value: read(tally),
          labels: symbol === undefined ? { exchange } : { exchange, symbol },
        })),
    });
    const made = new Counter({ ...family, labelNames, registers: [] });
    // The second is what a registry asks for first.
    taker.registerMetric(Object.assign(made, { get, getForPromString: get }) as unknown as Metric);
  };
  add('market_calls_total', 'Calls of an exchange that this process made', false, ({ calls }) => calls);
  add(
    'market_answers_total',
    'Questions about an exchange that this process answered',
    false,
    ({ answers }) => answers,
  );
  add('market_symbol_calls_total', 'Calls of an exchange that asked for a symbol', true, ({ calls }) => calls);
  add('market_symbol_answers_total', 'Questions about a symbol that were answered', true, ({ answers }) => answers);
}
