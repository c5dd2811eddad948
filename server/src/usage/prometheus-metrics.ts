import { Counter, Gauge, Registry } from 'prom-client';
import type { CounterName, TenantCounters } from '../core/counters.js';
import type { FleetSettings } from '../core/directory.js';
import type { CacheEvent } from '../core/events.js';
import type { LatencyHistogram } from '../core/latency.js';
import type { TenantId } from '../core/tenant-id.js';
import { PlainHistogram } from './plain-histogram.js';

export interface PrometheusSources {
  tenants: () => Iterable<{ tenant: TenantId; counters: TenantCounters }>;
  latency: Iterable<LatencyHistogram>;
  l1: { bytes(): number; tenants(): number };
  storeUp: () => boolean;
  busUp: () => boolean;
  /** Of the oldest settings that are in use, in milliseconds. */
  settingsAgeMs: () => number;
  fleet: () => FleetSettings;
  version: string;
}

export interface PrometheusOptions {
  prefix: string;
  maxTenantLabels: number;
}

type Read = (counters: TenantCounters) => number;

const TENANT_COUNTERS: readonly [name: string, help: string, read: Read][] = [
  ['requests_total', 'Reads asked of the cache', field('requests')],
  ['misses_total', 'Reads that no tier answered', field('misses')],
  ['loads_total', 'Loads begun', field('loads')],
  ['load_errors_total', 'Loads that failed', field('loadErrors')],
  [
    'loads_voided_total',
    'Loads whose value an invalidation kept from being stored',
    (counters) => counters.loadsVoided,
  ],
  ['refreshes_total', 'Loads in the background, before or after the end of an entry', (counters) => counters.refreshes],
  ['lease_waits_total', 'Waits for what another process was loading', (counters) => counters.leaseWaits],
  ['stale_served_total', 'Stale values answered within their grace', (counters) => counters.staleServed],
  ['writes_total', 'Entries stored', field('writes')],
  [
    'rejections_total',
    'Writes that the quota kept out, or would keep out where it is only observed',
    field('rejections'),
  ],
  [
    'observed_eviction_bytes_total',
    'Bytes that would be evicted were the quota not only observed',
    (counters) => counters.observedEvictionBytes,
  ],
  ['evicted_bytes_total', 'Bytes evicted to make room', field('evictedBytes')],
  ['bytes_served_total', 'Encoded bytes of the hits', field('bytesServed')],
  ['bytes_written_total', 'Encoded bytes stored', field('bytesWritten')],
  ['response_time_seconds_total', 'Time from request to answer, summed', (counters) => counters.responseTimeMs / 1000],
];

const TENANT_GAUGES: readonly [name: string, help: string, read: Read][] = [
  ['quota_usage_bytes', 'Bytes in use, as counted against the quota', (counters) => counters.usedBytes],
  ['quota_limit_bytes', 'The quota', (counters) => counters.quotaBytes],
  ['quota_hard_limit_bytes', 'The limit in force: quota, or quota and overage', (counters) => counters.hardLimitBytes],
  ['entries', 'Live entries', (counters) => counters.entries],
];

/** Everything a scrape reads, computed from plain fields when it asks. */
export class PrometheusMetrics {
  readonly registry = new Registry();
  readonly #options: PrometheusOptions;
  readonly #sources: PrometheusSources;
  readonly #breaker: Gauge;
  /** By node, where there are several. */
  readonly #breakers = new Map<string, number>();
  readonly #storeErrors: Counter;
  readonly #unreadable: Counter;
  readonly #flushErrors: Counter;
  readonly #lastFlush: Gauge;
  readonly #labels = new Set<TenantId>();

  constructor(sources: PrometheusSources, options: PrometheusOptions) {
    this.#sources = sources;
    this.#options = options;
    for (const [name, help, read] of TENANT_COUNTERS) this.#tenantCounter(name, help, [], [{ labels: {}, read }]);
    this.#tenantCounter(
      'hits_total',
      'Reads answered, by tier',
      ['tier'],
      [
        { labels: { tier: 'l1' }, read: field('l1Hits') },
        { labels: { tier: 'l2' }, read: field('l2Hits') },
      ],
    );
    this.#tenantCounter(
      'evictions_total',
      'Entries removed, by reason',
      ['reason'],
      [
        { labels: { reason: 'space' }, read: field('evictions') },
        { labels: { reason: 'expired' }, read: field('expirations') },
        { labels: { reason: 'invalidated' }, read: field('invalidations') },
      ],
    );
    this.#tenantCounter(
      'eviction_causes_total',
      'Entries evicted for space: for a write of the tenant, for a limit of its own that was lowered, by the server itself',
      ['cause'],
      [
        {
          labels: { cause: 'write' },
          read: (counters) => counters.evictions - counters.evictionsByLimit - counters.evictionsByServer,
        },
        { labels: { cause: 'limit' }, read: (counters) => counters.evictionsByLimit },
        { labels: { cause: 'server' }, read: (counters) => counters.evictionsByServer },
      ],
    );
    for (const [name, help, read] of TENANT_GAUGES) this.#tenantGauge(name, help, read);
    this.#processGauge('l1_bytes', 'Estimated heap of L1', () => sources.l1.bytes());
    this.#processGauge('l1_tenants', 'Tenants with entries in L1', () => sources.l1.tenants());
    this.#processGauge('store_up', '1 while the shared store answers', () => Number(sources.storeUp()));
    this.#processGauge('bus_up', '1 while no invalidation can be missed', () => Number(sources.busUp()));
    this.#processGauge(
      'settings_age_seconds',
      'Age of the oldest settings in use',
      () => sources.settingsAgeMs() / 1000,
    );
    this.#processGauge(
      'fleet_enforced_percent',
      'Tenants whose own enforcement holds, 0 to 100',
      () => sources.fleet().enforcedPercentage,
    );
    this.#processGauge('store_bypassed', '1 while the kill switch is on', () =>
      Number(sources.fleet().sharedStoreBypassed),
    );
    this.#breaker = this.#gauge('breaker_state', '0 closed, 1 half-open, 2 open');
    this.#storeErrors = this.#counter('store_errors_total', 'Shared store calls without an answer');
    this.#unreadable = this.#counter('unreadable_entries_total', 'Entries treated as misses, by reason', ['reason']);
    this.#flushErrors = this.#counter('flush_errors_total', 'Usage flushes that failed');
    this.#lastFlush = this.#gauge('last_flush_timestamp_seconds', 'When usage was last brought to the sink');
    this.#gauge('info', 'Version of tenantcache', ['version']).set({ version: sources.version }, 1);
    new PlainHistogram(
      {
        name: `${options.prefix}operation_duration_seconds`,
        help: 'Time of an operation on a tier',
        registers: [this.registry],
      },
      [...sources.latency],
    );
  }

  /** The worst counts: that of one node is open or none is. */
  #setBreaker(node: string, state: 'closed' | 'half-open' | 'open'): void {
    this.#breakers.set(node, { closed: 0, 'half-open': 1, open: 2 }[state]);
    this.#breaker.set(Math.max(...this.#breakers.values()));
  }

  /** Counts what leaves as an event. */
  readonly observe = (event: CacheEvent): void => {
    if (event.type === 'breaker') this.#setBreaker(event.node ?? '', event.state);
    else if (event.type === 'store-error') this.#storeErrors.inc();
    else if (event.type === 'unreadable-entry') this.#unreadable.inc({ reason: event.reason });
    else if (event.type === 'flush' && event.ok) this.#lastFlush.setToCurrentTime();
    else if (event.type === 'flush') this.#flushErrors.inc();
  };

  #tenantCounter(
    name: string,
    help: string,
    labelNames: string[],
    series: { labels: Record<string, string>; read: Read }[],
  ): void {
    const rows = () => this.#rows();
    new Counter({
      name: this.#options.prefix + name,
      help,
      labelNames: ['tenant', ...labelNames],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const { tenant, counters } of rows()) {
          for (const { labels, read } of series) this.inc({ tenant, ...labels }, read(counters));
        }
      },
    });
  }

  #tenantGauge(name: string, help: string, read: Read): void {
    const rows = () => this.#rows();
    new Gauge({
      name: this.#options.prefix + name,
      help,
      labelNames: ['tenant'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const { tenant, counters } of rows()) this.inc({ tenant }, read(counters));
      },
    });
  }

  #processGauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name: this.#options.prefix + name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  #gauge(name: string, help: string, labelNames: string[] = []): Gauge {
    return new Gauge({ name: this.#options.prefix + name, help, labelNames, registers: [this.registry] });
  }

  #counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new Counter({ name: this.#options.prefix + name, help, labelNames, registers: [this.registry] });
  }

  /** A tenant that has a label keeps it, or its counter would seem to fall; those past the cap share `other`. */
  *#rows(): Generator<{ tenant: string; counters: TenantCounters }> {
    for (const { tenant, counters } of this.#sources.tenants()) {
      if (!this.#labels.has(tenant)) {
        if (this.#labels.size >= this.#options.maxTenantLabels) {
          yield { tenant: 'other', counters };
          continue;
        }
        this.#labels.add(tenant);
      }
      yield { tenant, counters };
    }
  }
}

function field(name: CounterName): Read {
  return (counters) => counters[name];
}
