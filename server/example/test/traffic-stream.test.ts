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
  return made;
}

const paths = (from: TenantStream, count: number) => Array.from({ length: count }, () => from.next().path);
const reports = (all: string[]) => all.filter((path) => path.startsWith('/analysis/'));

describe('what a tenant asks for', () => {
  it('is mostly reports, in the order and with the sizes of its trace', () => {
    const asked = reports(paths(stream({ fillShare: Number.POSITIVE_INFINITY }), 1_000));
    expect(asked.length).toBeGreaterThan(700);
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
    for (const route of ['/prices/', '/candles/', '/portfolios/pf-01', '/me/usage']) {
      expect(asked.some(({ path }) => path.startsWith(route))).toBe(true);
    }
    const trades = asked.filter(({ method }) => method === 'POST');
    expect(trades.length).toBeGreaterThan(0);
    expect(trades.length).toBeLessThan(60);
    expect(JSON.parse(trades[0]?.body ?? '')).toMatchObject({ symbol: expect.stringMatching(/^[A-Z]+\/[A-Z]+$/) });
  });

  it('asks for no portfolio where it knows none', () => {
    const one = stream();
    one.portfolioIds = [];
    expect(paths(one, 500).some((path) => path.startsWith('/portfolios'))).toBe(false);
  });
});
