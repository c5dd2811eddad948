import { assertOptionNames } from '../core/options.js';
import type { WarmSource } from '../core/warming.js';
import { assertCount, assertGroupSource, type GroupSourceOptions, groupTargets } from './group-targets.js';

export interface Mover {
  readonly group: string;
  /** Over whatever time the tickers are of, usually a day; a decimal in text too. What is no number is left out. */
  readonly changePercent: number | string | null | undefined;
}

export interface MoversOptions extends GroupSourceOptions {
  readonly tickers: () => Iterable<Mover> | Promise<Iterable<Mover>>;
  /** Default 20, at most 10,000. */
  readonly count?: number;
}

const WHERE = 'movers()';

/**
 * The groups that moved most, up or down.
 * @throws TenantCacheError `OPTION_INVALID`
 */
export function movers(options: MoversOptions): WarmSource {
  assertOptionNames(WHERE, options, ['tickers', 'kinds', 'target', 'count']);
  assertGroupSource(WHERE, options);
  const { tickers, count = 20 } = options;
  assertCount(WHERE, 'count', count, 10_000);
  return {
    name: 'movers',
    async targets() {
      const moves = new Map<string, number>();
      for (const { group, changePercent } of await tickers()) {
        const move = moveOf(changePercent);
        if (Number.isFinite(move)) moves.set(group, move);
      }
      const ranked = [...moves].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
      return groupTargets(
        ranked.slice(0, count).map(([group]) => group),
        options,
      );
    },
  };
}

function moveOf(changePercent: Mover['changePercent']): number {
  const isText = typeof changePercent === 'string' && changePercent.trim() !== '';
  return isText || typeof changePercent === 'number' ? Math.abs(Number(changePercent)) : Number.NaN;
}
