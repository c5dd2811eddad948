import { describe, expect, it } from '@jest/globals';
import { packagesToInstall } from '../services/apt.mjs';
import { libraryPath } from '../services/package-manager.mjs';
import { prometheusConfig } from '../services/prometheus.mjs';
import { versionOf } from '../services/redis.mjs';

describe('what other programs print and read', () => {
  it.each([
    ['Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64', 7],
    ['Redis server v=6.0.16 sha=00000000:0', 6],
    ['Valkey server v=7.2.5 sha=00000000:0', 7.2],
    ['nonsense', 0],
  ])('reads the version of %s', (text, version) => expect(versionOf(text)).toBe(version));

  it('reads from a simulated install what is missing', () => {
    const text =
      'NOTE: This is only a simulation!\nInst libjemalloc2 (5.3.0-1 Debian:12)\nInst redis-tools (7.0)\nConf redis-tools (7.0)\n';
    expect(packagesToInstall(text)).toEqual(['libjemalloc2', 'redis-tools']);
  });

  it('writes a configuration for Prometheus', () => {
    expect(prometheusConfig({ target: '127.0.0.1:8080', scrapeSeconds: 5 })).toBe(
      "global:\n  scrape_interval: 5s\n  scrape_timeout: 4s\n  evaluation_interval: 5s\nrule_files:\n  - rules/*.yml\nscrape_configs:\n  - job_name: tenantcache\n    static_configs:\n      - targets: ['127.0.0.1:8080']\n",
    );
  });

  it('finds the libraries of an unpacked package', () => {
    expect(libraryPath('/a b').split(':')).toEqual(expect.arrayContaining(['/a b/usr/lib', '/a b/lib']));
  });
});
