import { describe, expect, it } from '@jest/globals';
import type { TenantPlan } from '../src/traffic/plan.js';
import { TenantStream } from '../src/traffic/tenant-stream.js';
import { zipfTrace } from '../src/traffic/traces.js';
import { seededRandom } from '../src/traffic/zipf.js';

const trace = zipfTrace('z', 1, 5_000);

function stream(own: Partial<TenantPlan> = {}): TenantStream {
  const plan: TenantPlan = {
    tenantId: 'a',
    name: 'A',
    role: 'steady',
    requestsPerSecond: 10,
    fillShare: 0.88,
    trace: 0,
    offset: 0,
    ...own,
  };
  const made = new TenantStream(plan, trace, seededRandom(5));
  made.portfolioIds = ['pf-01'];
  made.watchlists = ['core'];
  return made;
}

const ROUTES = [
  /^\/prices\/[A-Z]+$/,
  /^\/tickers\?symbols=[A-Z]+,[A-Z]+,[A-Z]+$/,
  /^\/watchlists\/core\/prices$/,
  /^\/candles\/[A-Z]+\?timeframe=\d+[mhd]$/,
  /^\/orderbook\/[A-Z]+$/,
  /^\/market\/overview$/,
  /^\/portfolios$/,
  /^\/portfolios\/pf-01$/,
  /^\/portfolios\/pf-01\/positions$/,
  /^\/portfolios\/pf-01\/trades$/,
  /^\/signals/,
  /^\/me\/usage$/,
];

const paths = (from: TenantStream, count: number) => Array.from({ length: count }, () => from.next().path);
const reports = (all: string[]) => all.filter((path) => path.startsWith('/analysis/'));

describe('what a tenant asks for', () => {
  it('is a report two times of five, in the order and with the sizes of its trace', () => {
    const asked = reports(paths(stream({ fillShare: Number.POSITIVE_INFINITY }), 1_000));
    expect(asked.length).toBeGreaterThan(330);
    expect(asked.length).toBeLessThan(470);
    const recorded = trace.requests.slice(0, asked.length);
    expect(asked).toEqual(recorded.map(({ key, windows }) => `/analysis/${key}?windows=${windows}`));
  });

  it('begins where the plan says', () => {
    const [first] = reports(paths(stream({ offset: 0.5 }), 50));
    const expected = trace.requests[2_500];
    expect(first).toBe(`/analysis/${expected?.key}?windows=${expected?.windows}`);
  });

  it('holds no new key once its share of the quota is used, and goes on when there is room again', () => {
    const one = stream();
    const known = new Set(reports(paths(one, 200)));
    one.observe(900, 1_000);
    for (const path of reports(paths(one, 500))) expect(known).toContain(path);
    one.observe(100, 1_000);
    expect(reports(paths(one, 500)).some((path) => !known.has(path))).toBe(true);
  });

  it('touches every route now and then, and trades seldom', () => {
    const asked = Array.from(
      { length: 4_000 },
      (
        (one) => () =>
          one.next()
      )(stream()),
    );
    for (const route of ROUTES) expect(asked.some(({ path }) => route.test(path))).toBe(true);
    const trades = asked.filter(({ method }) => method === 'POST');
    expect(trades.length).toBeGreaterThan(0);
    expect(trades.length).toBeLessThan(60);
    expect(JSON.parse(trades[0]?.body ?? '')).toEqual({
      symbol: expect.stringMatching(/^[A-Z]+\/[A-Z]+$/),
      quantity: expect.stringMatching(/^\d+\.\d\d$/),
      averagePrice: expect.stringMatching(/^\d+\.\d\d$/),
    });
  });

  it('is asked for by its users every other time', () => {
    const one = stream();
    one.users = ['ada', 'ben'];
    const users = Array.from({ length: 400 }, () => one.next().user);
    expect(new Set(users)).toEqual(new Set(['ada', 'ben', undefined]));
    expect(users.filter((user) => user !== undefined).length).toBeGreaterThan(140);
    expect(stream().next()).not.toHaveProperty('user');
  });

  it('asks for no portfolio and no watchlist where it knows none', () => {
    const one = stream();
    one.portfolioIds = [];
    one.watchlists = [];
    expect(paths(one, 500).some((path) => /^\/(portfolios|watchlists)/.test(path))).toBe(false);
  });
});
