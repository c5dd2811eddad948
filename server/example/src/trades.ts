import type { Database, Tx } from '@tenantcache/database';
import { defineResource, type TenantCache } from 'tenantcache';
import type { Decimal } from './decimal.js';
import { problem } from './problem.js';

export interface TradeInput {
  /** The client's, once per tenant: a trade that is sent twice is one. */
  id: string;
  symbol: string;
  side: 'buy' | 'sell';
  quantity: Decimal;
  price: Decimal;
}

export interface Trade extends TradeInput {
  portfolioId: string;
  /** ISO 8601, UTC. */
  at: string;
}

export interface TradePage {
  items: Trade[];
  /** Id of the last one, where there are more. */
  next: string | null;
}

/** Pages of a portfolio's trades, newest first; `null` where there is no such portfolio. */
const TRADES = defineResource<TradePage | null>('trades', { category: 'trades' });

interface TradeRow extends Omit<Trade, 'at'> {
  at: Date;
}

/** Trades of one tenant at a time, with what they do to positions and cash. Amounts are computed by Postgres, as numeric. */
export class Trades {
  constructor(private readonly database: Pick<Database, 'withTenant'>) {}

  /**
   * In one transaction with the position and the portfolio's cash; trades of a portfolio follow one another. `replayed`: it
   * had been recorded, and nothing was done.
   * @throws Problem 404 `PORTFOLIO_NOT_FOUND`, 409 `TRADE_ID_TAKEN`, `POSITION_TOO_SMALL`, `CASH_TOO_LOW`
   */
  record(tenantId: string, portfolioId: string, input: TradeInput): Promise<{ trade: Trade; replayed: boolean }> {
    return this.database.withTenant(tenantId, async (tx) => {
      const [portfolio] = await tx.$queryRaw<unknown[]>`SELECT 1 FROM portfolios WHERE id = ${portfolioId} FOR UPDATE`;
      if (!portfolio) throw problem(404, 'PORTFOLIO_NOT_FOUND', 'There is no such portfolio.');
      const { id, symbol, side, quantity, price } = input;
      const inserted = await tx.$executeRaw`
        INSERT INTO trades (tenant_id, id, portfolio_id, symbol, side, quantity, price)
        VALUES (${tenantId}, ${id}, ${portfolioId}, ${symbol}, ${side}, ${quantity}::numeric, ${price}::numeric)
        ON CONFLICT (tenant_id, id) DO NOTHING`;
      const same = await tx.$queryRaw<TradeRow[]>`
        SELECT id, portfolio_id AS "portfolioId", symbol, side, trim_scale(quantity)::text AS quantity,
               trim_scale(price)::text AS price, at
          FROM trades
         WHERE id = ${id} AND portfolio_id = ${portfolioId} AND symbol = ${symbol} AND side = ${side}
           AND quantity = ${quantity}::numeric AND price = ${price}::numeric`;
      if (!same[0]) throw problem(409, 'TRADE_ID_TAKEN', 'Another trade has this id.');
      if (inserted > 0) await settle(tx, tenantId, portfolioId, input);
      return { trade: shown(same[0]), replayed: inserted === 0 };
    });
  }

  /** From the tenant's cache. */
  page(cache: TenantCache, portfolioId: string, limit: number, after?: string): Promise<TradePage | null> {
    const key = `${portfolioId}:${limit}:${after ?? ''}`;
    return cache.getOrSet(TRADES, key, ({ tenantId }) => this.read(tenantId, portfolioId, limit, after), {
      tags: [tagOf(portfolioId)],
    });
  }

  /** Before an answer says that a trade was recorded. */
  forget(cache: TenantCache, portfolioId: string): Promise<void> {
    return cache.invalidateTags([tagOf(portfolioId)]);
  }

  private read(tenantId: string, portfolioId: string, limit: number, after?: string): Promise<TradePage | null> {
    return this.database.withTenant(tenantId, async (tx) => {
      if ((await tx.portfolio.count({ where: { id: portfolioId } })) === 0) return null;
      const rows = await tx.$queryRaw<TradeRow[]>`
        SELECT id, portfolio_id AS "portfolioId", symbol, side, trim_scale(quantity)::text AS quantity,
               trim_scale(price)::text AS price, at
          FROM trades
         WHERE portfolio_id = ${portfolioId}
           AND (${after ?? null}::text IS NULL
                OR (at, id) < (SELECT at, id FROM trades WHERE id = ${after ?? null} AND portfolio_id = ${portfolioId}))
         ORDER BY at DESC, id DESC LIMIT ${limit + 1}`;
      const items = rows.slice(0, limit).map(shown);
      return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
    });
  }
}

async function settle(tx: Tx, tenantId: string, portfolioId: string, trade: TradeInput): Promise<void> {
  await (trade.side === 'buy' ? buy : sell)(tx, tenantId, portfolioId, trade);
  const signed = trade.side === 'buy' ? `-${trade.quantity}` : trade.quantity;
  // The upper bound is that of the column.
  const paid = await tx.$executeRaw`
    UPDATE portfolios SET cash = cash + round(${signed}::numeric * ${trade.price}::numeric, 8), updated_at = now()
     WHERE id = ${portfolioId} AND cash + round(${signed}::numeric * ${trade.price}::numeric, 8) BETWEEN 0 AND 999999999999`;
  if (paid === 0) throw problem(409, 'CASH_TOO_LOW', 'The portfolio does not hold, or cannot take, that much cash.');
}

/** The average price moves by what was paid; that of a short position, which no trade makes, begins anew. */
async function buy(tx: Tx, tenantId: string, portfolioId: string, { symbol, quantity, price }: TradeInput) {
  await tx.$executeRaw`
    INSERT INTO positions AS held (tenant_id, portfolio_id, symbol, quantity, average_price)
    VALUES (${tenantId}, ${portfolioId}, ${symbol}, ${quantity}::numeric, ${price}::numeric)
    ON CONFLICT (tenant_id, portfolio_id, symbol) DO UPDATE
      SET quantity = held.quantity + EXCLUDED.quantity,
          average_price = CASE WHEN held.quantity <= 0 THEN EXCLUDED.average_price
                               ELSE round((held.quantity * held.average_price + EXCLUDED.quantity * EXCLUDED.average_price)
                                          / (held.quantity + EXCLUDED.quantity), 8) END,
          updated_at = now()`;
}

async function sell(tx: Tx, _tenantId: string, portfolioId: string, { symbol, quantity }: TradeInput) {
  const sold = await tx.$executeRaw`
    UPDATE positions SET quantity = quantity - ${quantity}::numeric, updated_at = now()
     WHERE portfolio_id = ${portfolioId} AND symbol = ${symbol} AND quantity >= ${quantity}::numeric`;
  if (sold === 0) throw problem(409, 'POSITION_TOO_SMALL', 'The portfolio does not hold that much of the symbol.');
  await tx.$executeRaw`DELETE FROM positions WHERE portfolio_id = ${portfolioId} AND symbol = ${symbol} AND quantity = 0`;
}

function shown({ at, ...trade }: TradeRow): Trade {
  return { ...trade, at: at.toISOString() };
}

function tagOf(portfolioId: string): string {
  return `trades-of:${portfolioId}`;
}
