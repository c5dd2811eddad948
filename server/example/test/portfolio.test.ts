import { describe, expect, it } from '@jest/globals';
import { type HeldPortfolio, valued } from '../src/portfolio.js';

const portfolio: HeldPortfolio = {
  id: 'pf-01',
  name: 'Core',
  baseCurrency: 'USDT',
  cash: '1000.1',
  positions: [
    { symbol: 'BTC/USDT', quantity: '0.1', averagePrice: '90000.05' },
    { symbol: 'ETH/USDT', quantity: '3', averagePrice: '3500' },
  ],
};
const older = { price: '94123.46', asOf: '2026-11-21T10:00:00.000Z', stale: false };
const newer = { price: '3300.1', asOf: '2026-11-21T10:00:30.000Z', stale: false };

describe('a valued portfolio', () => {
  it('is exact to the cent, its total the sum of what it shows, as old as its oldest price', () => {
    const view = valued(
      portfolio,
      new Map([
        ['BTC/USDT', older],
        ['ETH/USDT', newer],
      ]),
    ); // prettier-ignore
    expect(view.positions).toMatchObject([
      { price: '94123.46', value: '9412.35', profit: '412.34' },
      { price: '3300.1', value: '9900.30', profit: '-599.70' },
    ]);
    expect(view).toMatchObject({ cash: '1000.1', total: '20312.75', asOf: older.asOf, stale: false });
  });

  it('is stale where a price is, or is missing', () => {
    const missing = valued(portfolio, new Map([['ETH/USDT', newer]]));
    expect(missing.positions[0]).toMatchObject({ price: null, value: null, profit: null });
    expect(missing).toMatchObject({ total: '10900.40', stale: true, asOf: newer.asOf });
    const both = new Map([
      ['BTC/USDT', { ...older, stale: true }],
      ['ETH/USDT', newer],
    ]); // prettier-ignore
    expect(valued(portfolio, both).stale).toBe(true);
    expect(valued(portfolio, new Map())).toMatchObject({ total: '1000.10', asOf: null, stale: true });
  });
});
