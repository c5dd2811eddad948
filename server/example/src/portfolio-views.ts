import type { TenantCache } from 'tenantcache';
import type { Market } from './market/market.js';
import { type Portfolios, type PositionInput, type ValuedPortfolio, valued } from './portfolio.js';
import { PORTFOLIO, POSITIONS } from './resources.js';

const ABSENT_TTL = '30s';
/** A value without one of its prices is shown for as long as an exchange takes to come back from a hiccup. */
const INCOMPLETE_TTL = '5s';

/** A tenant's portfolios as they are shown: from its own cache, valued at the prices that all tenants share. */
export class PortfolioViews {
  constructor(
    private readonly portfolios: Pick<Portfolios, 'find'>,
    private readonly market: Market,
  ) {}

  /** Null where there is none. */
  valued(cache: TenantCache, id: string): Promise<ValuedPortfolio | null> {
    return cache.getOrSet(PORTFOLIO, id, async ({ tenantId, setTtl }) => {
      const held = await this.portfolios.find(tenantId, id);
      if (!held) {
        setTtl(ABSENT_TTL);
        return null;
      }
      const view = valued(held, await this.market.prices(held.positions.map(({ symbol }) => symbol)));
      if (view.stale) setTtl(INCOMPLETE_TTL);
      return view;
    });
  }

  /** What was bought at which price; null where there is no such portfolio. */
  positions(cache: TenantCache, id: string): Promise<PositionInput[] | null> {
    return cache.getOrSet(POSITIONS, id, async ({ tenantId, setTtl }) => {
      const held = await this.portfolios.find(tenantId, id);
      if (!held) setTtl(ABSENT_TTL);
      return held?.positions ?? null;
    });
  }

  /** Before an answer says that a portfolio was changed. */
  async forget(cache: TenantCache, id: string): Promise<void> {
    await Promise.all([cache.delete(PORTFOLIO, id), cache.delete(POSITIONS, id)]);
  }
}
