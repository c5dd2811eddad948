/** The demo: three plans whose quotas are small, so that the demo's traffic fills them within a minute. */

export interface Limits {
  quotaMb: number;
  overageAllowed: boolean;
  overageLimitMb: number;
  policy: string;
  enforcement: string;
}

const plan = (quotaMb: number, overageLimitMb = 0): Limits => ({
  quotaMb,
  overageAllowed: overageLimitMb > 0,
  overageLimitMb,
  policy: 'lru',
  enforcement: 'hard',
});

export const DEMO_PLANS = {
  Starter: { ...plan(2), isDefault: true },
  Growth: { ...plan(6, 2), isDefault: false },
  Scale: { ...plan(16), isDefault: false },
} as const;

/** What the plans charge: about as many MB-hours are included as the quota has in two thirds of a month. */
export const DEMO_PRICES = {
  Starter: { currency: 'USD' },
  Growth: {
    currency: 'USD',
    basePrice: '49',
    includedMbHours: '3000',
    pricePerMbHour: '0.012',
    pricePerOverageMbHour: '0.03',
    includedRequests: 5_000_000n,
    pricePerMillionRequests: '0.4',
    includedGbServed: '10',
    pricePerGbServed: '0.09',
  },
  Scale: {
    currency: 'USD',
    basePrice: '149',
    includedMbHours: '8000',
    pricePerMbHour: '0.009',
    pricePerOverageMbHour: '0.02',
    includedRequests: 25_000_000n,
    pricePerMillionRequests: '0.25',
    includedGbServed: '50',
    pricePerGbServed: '0.07',
  },
} as const satisfies Record<keyof typeof DEMO_PLANS, object>;

export interface DemoTenant {
  tenantId: string;
  name: string;
  plan: keyof typeof DEMO_PLANS;
  /** Where the tenant's quota is not its plan's. */
  own?: Partial<Limits>;
}

export const DEMO_TENANTS: readonly DemoTenant[] = [
  { tenantId: 'org_aster_quant', name: 'Aster Quant', plan: 'Scale' },
  { tenantId: 'org_northwind', name: 'Northwind Capital', plan: 'Growth' },
  { tenantId: 'org_meridian', name: 'Meridian Trading', plan: 'Growth' },
  { tenantId: 'org_halden', name: 'Halden Brokers', plan: 'Starter', own: { enforcement: 'soft' } },
  { tenantId: 'org_tidewater', name: 'Tidewater Macro', plan: 'Starter' },
  { tenantId: 'org_ibex', name: 'Ibex Arbitrage', plan: 'Growth', own: { policy: 'ttl' } },
  { tenantId: 'org_vantage', name: 'Vantage Retail', plan: 'Starter', own: { enforcement: 'observe' } },
  { tenantId: 'org_quill', name: 'Quill Markets', plan: 'Growth' },
  { tenantId: '2f9c41d0-7c1e-4f0b-9a55-6d2f8b3e1a70', name: 'Kestrel Funds', plan: 'Scale' },
  { tenantId: 'org_solstice', name: 'Solstice Crypto', plan: 'Starter', own: { policy: 'reject' } },
  { tenantId: 'org_marlow_finch', name: 'Marlow & Finch', plan: 'Starter' },
  { tenantId: 'org_orchard', name: 'Orchard Pension', plan: 'Scale' },
];

export const DEMO_USERS = [
  { email: 'admin@example.com', name: 'Robin Hale', role: 'admin', tenantId: null },
  { email: 'mira@aster-quant.example', name: 'Mira Okafor', role: 'tenant_admin', tenantId: 'org_aster_quant' },
  { email: 'jonas@northwind.example', name: 'Jonas Weber', role: 'tenant_viewer', tenantId: 'org_northwind' },
] as const;

export const DEMO_SYMBOLS =
  'BTC ETH SOL XRP BNB ADA DOGE AVAX DOT LINK LTC BCH UNI ATOM ETC FIL NEAR APT ARB OP ICP AAVE ALGO XLM'.split(' ');

const STRATEGIES = ['Core', 'Momentum', 'Carry', 'Hedge', 'Income'];
const BOOKS = ['Long', 'Short', 'Neutral', 'Balanced', 'Treasury'];

export const PORTFOLIOS_PER_TENANT = STRATEGIES.length * BOOKS.length;
const POSITIONS_PER_PORTFOLIO = 12;

/** Portfolios `pf-01` to `pf-25` with their positions: the same with every run, other figures for every tenant. */
export function demoPortfolios(tenantId: string) {
  const next = sequence(tenantId);
  return Array.from({ length: PORTFOLIOS_PER_TENANT }, (_, index) => ({
    id: `pf-${String(index + 1).padStart(2, '0')}`,
    name: `${STRATEGIES[index % STRATEGIES.length]} ${BOOKS[Math.floor(index / STRATEGIES.length)]}`,
    cash: (next() * 250_000).toFixed(2),
    positions: demoPositions(next),
  }));
}

function demoPositions(next: () => number) {
  const first = Math.floor(next() * DEMO_SYMBOLS.length);
  return Array.from({ length: POSITIONS_PER_PORTFOLIO }, (_, index) => ({
    // 5 and 24 share no factor, so the twelve symbols of a portfolio differ.
    symbol: `${DEMO_SYMBOLS[(first + index * 5) % DEMO_SYMBOLS.length]}/USDT`,
    quantity: (0.01 + next() * 400).toFixed(4),
    averagePrice: (0.5 + next() * 900).toFixed(2),
  }));
}

/** When the demo's history was written: the same with every run. */
const DEMO_DAY_MS = Date.UTC(2026, 10, 1);
const DAY_MS = 86_400_000;

/** A buy for every position that a portfolio holds, some days before. */
export function demoTrades(tenantId: string) {
  return demoPortfolios(tenantId).flatMap(({ id: portfolioId, positions }, portfolio) =>
    positions.map(({ symbol, quantity, averagePrice: price }, index) => ({
      id: `${portfolioId}-${String(index + 1).padStart(2, '0')}`,
      portfolioId,
      symbol,
      side: 'buy',
      quantity,
      price,
      at: new Date(DEMO_DAY_MS - index * DAY_MS + portfolio * 60_000),
    })),
  );
}

/** Of one day, so that the first reader of each has it computed. */
export function demoSignals(tenantId: string) {
  const next = sequence(`${tenantId} signals`);
  return DEMO_SYMBOLS.slice(0, 6).flatMap((symbol) =>
    ['momentum', 'reversion', 'trend'].map((kind) => ({
      symbol: `${symbol}USDT`,
      timeframe: '1d',
      kind,
      strength: (next() * 2 - 1).toFixed(4),
      computedAt: new Date(DEMO_DAY_MS),
      validUntil: new Date(DEMO_DAY_MS + DAY_MS),
    })),
  );
}

/** What a tenant watches of the shared market data: five symbols that all watch, and eight of its own. */
export function demoWatchlists(tenantId: string) {
  const first = Math.floor(sequence(`${tenantId} watchlists`)() * DEMO_SYMBOLS.length);
  const own = Array.from({ length: 8 }, (_, index) => DEMO_SYMBOLS[(first + index * 5) % DEMO_SYMBOLS.length]);
  const groups = (symbols: readonly (string | undefined)[]) => symbols.map((symbol) => `binance:${symbol}/USDT`);
  return [
    { name: 'Majors', groups: groups(DEMO_SYMBOLS.slice(0, 5)) },
    { name: 'Desk', groups: groups(own) },
  ];
}

/** Park and Miller's generator: figures that look random and repeat. */
function sequence(seedText: string): () => number {
  let state = 1;
  for (const character of seedText) state = (state * 31 + (character.codePointAt(0) ?? 0)) % 2_147_483_647;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
