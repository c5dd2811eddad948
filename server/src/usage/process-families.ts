import type { Counter } from 'prom-client';
import type { FleetSettings } from '../core/directory.js';
import type { CacheEvent } from '../core/events.js';
import type { UnreadableReason } from '../core/unreadable.js';
import { counter, gauge } from './instruments.js';
import type { MetricRegistry } from './metric-registry.js';

export interface ProcessSources {
  l1: { bytes(): number; tenants(): number };
  storeUp: () => boolean;
  busUp: () => boolean;
  /** Of the oldest settings that are in use, in milliseconds. */
  settingsAgeMs: () => number;
  fleet: () => FleetSettings;
  version: string;
}

const INVALIDATION_KINDS = ['keys', 'tags', 'resource', 'prefix', 'tenant'];
const UNREADABLE_REASONS: readonly UnreadableReason[] = [
  'layout',
  'codec',
  'too-large',
  'sealed',
  'not-sealed',
  'unknown-key',
];
const BREAKER_STATES = { closed: 0, 'half-open': 1, open: 2 };

/** What holds for the whole process. */
export class ProcessFamilies {
  /** By node, where there are several. */
  readonly #breakers = new Map<string, number>();
  readonly #storeErrors: Counter;
  readonly #unreadable: Counter;
  readonly #invalidations: Counter;
  readonly #busGaps: Counter;

  constructor(registry: MetricRegistry, prefix: string, sources: ProcessSources) {
    const { l1, fleet } = sources;
    const add = (name: string, help: string, read: () => number) => gauge(registry, prefix + name, help, read);
    const count = (name: string, help: string, label?: string, values?: readonly string[]) =>
      counter(registry, prefix + name, help, label, values);
    gauge(registry, `${prefix}info`, 'Version of tenantcache', () => 1, { version: sources.version });
    add('l1_bytes', 'Estimated heap of L1', () => l1.bytes());
    add('l1_tenants', 'Tenants with entries in L1', () => l1.tenants());
    add('store_up', '1 while the shared store answers', () => Number(sources.storeUp()));
    add('bus_up', '1 while no invalidation can be missed', () => Number(sources.busUp()));
    // The worst counts: that of one node is open or none is.
    add('breaker_state', '0 closed, 1 half-open, 2 open', () => Math.max(0, ...this.#breakers.values()));
    add('settings_age_seconds', 'Age of the oldest settings in use', () => sources.settingsAgeMs() / 1000);
    add('fleet_enforced_ratio', 'Part of the tenants whose own enforcement holds, 0 to 1', () => {
      // Hundredths of a percent are exact in the settings, and stay so.
      return Math.round(fleet().enforcedPercentage * 100) / 10_000;
    });
    add('store_bypassed', '1 while the kill switch is on', () => Number(fleet().sharedStoreBypassed));
    this.#storeErrors = count('store_errors_total', 'Shared store calls without an answer');
    this.#busGaps = count('bus_gaps_total', 'Times that invalidations may have been missed, so that L1 was set aside');
    this.#unreadable = count(
      'unreadable_entries_total',
      'Entries treated as misses, by reason',
      'reason',
      UNREADABLE_REASONS,
    );
    this.#invalidations = count(
      'invalidations_total',
      'Invalidations asked of this process, by what they name',
      'kind',
      INVALIDATION_KINDS,
    );
  }

  readonly observe = (event: CacheEvent): void => {
    if (event.type === 'breaker') this.#breakers.set(event.node ?? '', BREAKER_STATES[event.state]);
    else if (event.type === 'store-error') this.#storeErrors.inc();
    else if (event.type === 'unreadable-entry') this.#unreadable.inc({ reason: event.reason });
    else if (event.type === 'invalidation') this.#invalidations.inc({ kind: event.kind });
    else if (event.type === 'bus' && event.state === 'down') this.#busGaps.inc();
  };
}
