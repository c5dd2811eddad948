import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { StoreNode } from '../../../src/core/upkeep.js';
import { MetricRegistry } from '../../../src/usage/metric-registry.js';
import { RedisMetrics } from '../../../src/usage/redis-metrics.js';
import { turn } from '../../fakes/memory-cache.js';
import { seriesOf } from './exporter.js';

const NODE: StoreNode = {
  node: '10.0.0.1:6379"\n',
  state: 'up',
  replicas: 1,
  slots: [],
  memoryBytes: 2_000,
  memoryLimitBytes: 4_000,
  serverEvictions: 7,
  tenants: undefined,
  usedBytes: undefined,
};
const LABEL = '{node="10.0.0.1:6379\\"\\n"}';

function open(...answers: (StoreNode[] | Error)[]) {
  const registry = new MetricRegistry();
  const nodes = jest.fn(async () => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof Error) throw answer;
    return answer ?? [];
  });
  const metrics = new RedisMetrics(registry, 'tc_', { nodes });
  const lead = (leading: boolean) => metrics.observe({ type: 'leader', leading });
  return { metrics, nodes, lead, series: async () => seriesOf(String((await registry.scrape(undefined)).body)) };
}

describe('RedisMetrics', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'performance'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('are of the process that leads alone, and are not read by a scrape', async () => {
    const { nodes, lead, series } = open([NODE]);
    await series();
    jest.advanceTimersByTime(60_000);
    expect(nodes).not.toHaveBeenCalled();
    lead(true);
    await turn();
    for (let scrape = 0; scrape < 5; scrape++) {
      expect(Object.fromEntries(await series())).toEqual({
        [`tc_redis_node_up${LABEL}`]: 1,
        [`tc_redis_memory_bytes${LABEL}`]: 2_000,
        [`tc_redis_memory_limit_bytes${LABEL}`]: 4_000,
        [`tc_redis_evicted_keys_total${LABEL}`]: 7,
      });
    }
    expect(nodes).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(15_000);
    expect(nodes).toHaveBeenCalledTimes(2);
    lead(false);
    await turn();
    jest.advanceTimersByTime(60_000);
    expect((await series()).size).toBe(0);
    expect(nodes).toHaveBeenCalledTimes(2);
  });

  it('tell a node that does not answer as down, and of its memory nothing', async () => {
    const { metrics, lead, series } = open([{ ...NODE, memoryLimitBytes: 0 }], new Error('away'));
    lead(true);
    await turn();
    expect((await series()).has(`tc_redis_memory_limit_bytes${LABEL}`)).toBe(false);
    jest.advanceTimersByTime(15_000);
    await turn();
    expect(Object.fromEntries(await series())).toEqual({ [`tc_redis_node_up${LABEL}`]: 0 });
    metrics.close();
  });
});
