import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { closeCaches, memoryCache } from '../fakes/memory-cache.js';
import { checkMetrics } from '../fakes/prometheus.js';
import { seriesOf } from '../unit/usage/exporter.js';

afterEach(closeCaches);

describe('24 labels of metrics', () => {
  it('one tenant’s names can neither forge a series nor fill Prometheus', async () => {
    const { cache } = memoryCache({ metrics: { maxTenantLabels: 10 } });
    // Ids and names are what the grammars let through; `other` is one of them, and so is the name of a built-in.
    const hostile = cache.forTenant('other');
    for (let index = 0; index < 300; index++) await hostile.getOrSet(`r.${index}`, 'k', () => index);
    for (const name of ['constructor', 'toString', 'hasOwnProperty']) await hostile.getOrSet(name, 'k', () => 1);
    for (let index = 0; index < 500; index++) await cache.forTenant(`t${index}`).getOrSet('orders', 'k', () => index);
    await cache.forTenant('constructor').getOrSet('orders', 'k', () => 1);
    const { text } = await request(express().get('/', cache.metricsHandler())).get('/').expect(200);
    expect(checkMetrics(text)).toBe('');
    // Throws where a series is there twice.
    const series = [...seriesOf(text).keys()];
    const labels = (name: string) =>
      new Set(series.map((line) => new RegExp(`[{,]${name}="([^"]*)"`).exec(line)?.[1]).filter(Boolean));
    expect(labels('tenant').size).toBe(11);
    expect(labels('resource').size).toBeLessThanOrEqual(65);
    expect(series.length).toBeLessThan(32 * 11 + 7 * 65 + 250);
  });

  it.each([
    [{ tenants: ['a"} 1\nevil 1'] }],
    [{ tenants: ['other'] }],
    [{ tenants: 'acme' }],
    [{ tenants: ['a', 'b', 'c'], maxTenantLabels: 2 }],
    [{ prefix: 'evil{x="' }],
    [{ maxTenantLabels: -1 }],
    [{ maxTenantLabels: Number.NaN }],
    [{ labels: [] }],
  ])('the options %j are refused', (metrics) => {
    expect(() => memoryCache({ metrics: metrics as never })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
  });
});
