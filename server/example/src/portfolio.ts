import type { Database } from '@tenantcache/database';
import { type Decimal, negated, product, rounded, sum } from './decimal.js';

export interface PositionInput {
  symbol: string;
  quantity: Decimal;
  averagePrice: Decimal;
}

export interface PortfolioSummary {
  id: string;
  name: string;
  baseCurrency: string;
}

export interface HeldPortfolio extends PortfolioSummary {
  cash: Decimal;
  positions: PositionInput[];
}

/** `price`, `value` and `profit` are null where the exchange has no price for the symbol. */
export interface ValuedPosition extends PositionInput {
  price: Decimal | null;
  value: Decimal | null;
  profit: Decimal | null;
}

export interface ValuedPortfolio extends PortfolioSummary {
  cash: Decimal;
  positions: ValuedPosition[];
  /** Cash and all positions that have a price, in the base currency. */
  total: Decimal;
  /** ISO 8601, UTC: of the oldest price in it; null where there is none. */
  asOf: string | null;
  /** Whether a price in it was older than prices should be, or is missing. */
  stale: boolean;
}

/** What a valuation needs to know of a price. */
export interface KnownPrice {
  readonly price: Decimal;
  /** ISO 8601, UTC. */
  readonly asOf: string;
  readonly stale: boolean;
}

const CENTS = 2;
const ROWS_AT_ONCE = 200;

/** Portfolios of one tenant at a time: row level security shows no other rows. */
export class Portfolios {
  constructor(private readonly database: Database) {}

  /**
   * By id, beginning after `after`, those that `shows` lets pass. A page is full unless it is the last, and `next` names one
   * that was shown: nothing tells of those that were not.
   */
  async page(
    tenantId: string,
    limit: number,
    after: string | undefined,
    shows: (id: string) => Promise<boolean>,
  ): Promise<{ items: PortfolioSummary[]; next: string | null }> {
    const items: PortfolioSummary[] = [];
    for (let from = after, more = true; more; ) {
      const rows = await this.#rows(tenantId, from);
      for (const row of rows) {
        if (!(await shows(row.id))) continue;
        if (items.length === limit) return { items, next: items.at(-1)?.id ?? null };
        items.push(row);
      }
      from = rows.at(-1)?.id;
      more = rows.length === ROWS_AT_ONCE;
    }
    return { items, next: null };
  }

  #rows(tenantId: string, after: string | undefined): Promise<PortfolioSummary[]> {
    return this.database.withTenant(tenantId, (tx) =>
      tx.portfolio.findMany({
        where: after === undefined ? {} : { id: { gt: after } },
        select: { id: true, name: true, baseCurrency: true },
        orderBy: { id: 'asc' },
        take: ROWS_AT_ONCE,
      }),
    );
  }

  find(tenantId: string, id: string): Promise<HeldPortfolio | null> {
    return this.database.withTenant(tenantId, async (tx) => {
      const row = await tx.portfolio.findFirst({
        where: { id },
        include: { positions: { orderBy: { symbol: 'asc' } } },
      });
      if (!row) return null;
      const positions = row.positions.map(({ symbol, quantity, averagePrice }) => ({
        symbol,
        quantity: quantity.toFixed(),
        averagePrice: averagePrice.toFixed(),
      }));
      return { id: row.id, name: row.name, baseCurrency: row.baseCurrency, cash: row.cash.toFixed(), positions };
    });
  }

  /** Sets a position, replacing one in the same symbol. False where there is no such portfolio. */
  put(tenantId: string, portfolioId: string, { symbol, quantity, averagePrice }: PositionInput): Promise<boolean> {
    return this.database.withTenant(tenantId, async (tx) => {
      const portfolio = await tx.portfolio.findFirst({ where: { id: portfolioId }, select: { id: true } });
      if (!portfolio) return false;
      await tx.position.upsert({
        where: { tenantId_portfolioId_symbol: { tenantId, portfolioId, symbol } },
        create: { tenantId, portfolioId, symbol, quantity, averagePrice },
        update: { quantity, averagePrice, updatedAt: new Date() },
      });
      return true;
    });
  }
}

/** Amounts are rounded to cents once each, so that the total is the sum of what is shown. */
export function valued(portfolio: HeldPortfolio, prices: ReadonlyMap<string, KnownPrice>): ValuedPortfolio {
  const known = portfolio.positions.flatMap(({ symbol }) => prices.get(symbol) ?? []);
  const positions = portfolio.positions.map((position): ValuedPosition => {
    const price = prices.get(position.symbol)?.price ?? null;
    if (price === null) return { ...position, price, value: null, profit: null };
    const value = rounded(product(position.quantity, price), CENTS);
    const paid = rounded(product(position.quantity, position.averagePrice), CENTS);
    return { ...position, price, value, profit: sum([value, negated(paid)]) };
  });
  return {
    ...portfolio,
    positions,
    total: rounded(sum([portfolio.cash, ...positions.flatMap(({ value }) => value ?? [])]), CENTS),
    asOf: known
      .map(({ asOf }) => asOf)
      .reduce<string | null>((oldest, at) => (oldest && oldest < at ? oldest : at), null),
    stale: known.length < portfolio.positions.length || known.some(({ stale }) => stale),
  };
}
