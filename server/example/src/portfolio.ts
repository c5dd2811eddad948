import type { Database } from '@tenantcache/database';
import type { Price } from './market/candle.js';

export interface PositionInput {
  symbol: string;
  quantity: number;
  averagePrice: number;
}

export interface PortfolioSummary {
  id: string;
  name: string;
  baseCurrency: string;
}

export interface HeldPortfolio extends PortfolioSummary {
  cash: number;
  positions: PositionInput[];
}

/** `price`, `value` and `profit` are null where the exchange has no price for the symbol. */
export interface ValuedPosition extends PositionInput {
  price: number | null;
  value: number | null;
  profit: number | null;
}

export interface ValuedPortfolio extends PortfolioSummary {
  cash: number;
  positions: ValuedPosition[];
  /** Cash and all positions that have a price, in the base currency. */
  total: number;
}

/** Portfolios of one tenant at a time: row level security shows no other rows. */
export class Portfolios {
  constructor(private readonly database: Database) {}

  list(tenantId: string): Promise<PortfolioSummary[]> {
    return this.database.withTenant(tenantId, (tx) =>
      tx.portfolio.findMany({ select: { id: true, name: true, baseCurrency: true }, orderBy: { id: 'asc' } }),
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
        quantity: Number(quantity),
        averagePrice: Number(averagePrice),
      }));
      return { id: row.id, name: row.name, baseCurrency: row.baseCurrency, cash: Number(row.cash), positions };
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

export function valued(portfolio: HeldPortfolio, prices: ReadonlyMap<string, Price>): ValuedPortfolio {
  const positions = portfolio.positions.map((position) => {
    const price = prices.get(position.symbol)?.last ?? null;
    if (price === null) return { ...position, price, value: null, profit: null };
    const value = cents(position.quantity * price);
    return { ...position, price, value, profit: cents(value - position.quantity * position.averagePrice) };
  });
  const total = positions.reduce((sum, { value }) => sum + (value ?? 0), portfolio.cash);
  return { ...portfolio, positions, total: cents(total) };
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
