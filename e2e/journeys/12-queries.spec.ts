import { setTimeout as delay } from 'node:timers/promises';
import { dashboardQueries, type Query } from '../stack/dashboards.js';
import { Prometheus } from '../stack/prometheus.js';
import { expect, test } from './test.js';

const DEADLINE_MS = 240_000;

test('every query of the rules and of the Grafana dashboards returns something', async ({ stack }) => {
  test.setTimeout(2 * DEADLINE_MS);
  const prometheus = new Prometheus(stack.prometheusUrl);
  const busiest = 'topk(1, sum by (tenant) (rate(tenantcache_loads_total[1m])))';
  const deadlineMs = Date.now() + DEADLINE_MS;

  const rules = await prometheus.rules();
  expect(rules.length).toBeGreaterThan(40);
  let left: Query[] = rules
    .filter(({ type }) => type === 'recording')
    .flatMap(({ name, query }) => [
      { where: `the rule ${name}`, expr: query },
      { where: `what ${name} recorded`, expr: name },
    ]);
  left.push(
    ...(await dashboardQueries(prometheus, async (variable, values) => {
      const [first] = variable === 'tenant' ? await prometheus.query(busiest) : [];
      return values.find((value) => first === undefined || value === first.metric.tenant);
    })),
  );

  while (left.length > 0 && Date.now() < deadlineMs) {
    const answers = await Promise.all(left.map(({ expr }) => prometheus.query(expr)));
    left = left.filter((_, index) => answers[index]?.length === 0);
    if (left.length > 0) await delay(1_000);
  }
  expect(left).toEqual([]);

  for (const { name, health, lastError } of await prometheus.rules())
    expect([name, health, lastError ?? '']).toEqual([name, 'ok', '']);
});
