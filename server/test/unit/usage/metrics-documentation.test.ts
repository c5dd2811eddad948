import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { RedisMetrics } from '../../../src/usage/redis-metrics.js';
import { SharedFamilies } from '../../../src/usage/shared-families.js';
import { UpkeepMetrics } from '../../../src/usage/upkeep-metrics.js';
import { WarmingMetrics } from '../../../src/usage/warming-metrics.js';
import { familiesOf, openExporter } from './exporter.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');
const PREFIX = 'tenantcache_';

function documented(): string[] {
  const page = readFileSync(join(root, 'docs', 'features', 'metrics.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` +\| (counter|gauge|histogram) +\| (\S+) +\| ([^|]*)\| (\S[^|]*)\|$/gm)];
  return rows.map(([, name, type, unit, labels]) => {
    const names = [...(labels ?? '').matchAll(/`(\w+)`/g)].map(([, label]) => label);
    return [name, type, unit, ...names].join(' ');
  });
}

it('the page on metrics has every family with its type, unit and labels, and no other', () => {
  const { metrics } = openExporter({ prefix: PREFIX });
  new UpkeepMetrics(metrics.registry, PREFIX);
  new SharedFamilies(metrics.registry, PREFIX, () => []);
  new WarmingMetrics(metrics.registry, PREFIX);
  new RedisMetrics(metrics.registry, PREFIX, { nodes: async () => [] });
  const families = familiesOf(metrics.registry);
  const exported = families.map(({ name, type, labelNames }) => {
    // Base units only, each told by the name.
    const unit = /_(seconds|bytes|ratio)(?:_|$)/.exec(name)?.[1] ?? '–';
    return [name.slice(PREFIX.length), type, unit, ...labelNames].join(' ');
  });
  expect(families.length).toBeGreaterThanOrEqual(36);
  expect(documented().sort()).toEqual(exported.sort());
});
