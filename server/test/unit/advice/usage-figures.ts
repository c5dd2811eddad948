import type { CurveSample } from '../../../src/core/advice.js';
import {
  COUNTER_NAMES,
  type CounterValues,
  RESOURCE_COUNTER_NAMES,
  type ResourceCounterValues,
} from '../../../src/core/counters.js';
import { type TenantId, tenantId } from '../../../src/core/tenant-id.js';
import type { ResourceUsage, UsageReader, UsageSample } from '../../../src/core/usage-reader.js';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const MIB = 1_048_576;
export const TENANT = tenantId('acme');
/** Half past ten, so that the last whole hour began at nine. */
export const NOW_MS = Date.parse('2026-11-20T10:30:00Z');

const zeros = <K extends string>(names: readonly K[]) => Object.fromEntries(names.map((name) => [name, 0]));

export function usageSample(startMs: number, figures: Partial<UsageSample> = {}): UsageSample {
  const counters = zeros(COUNTER_NAMES) as CounterValues;
  return { ...counters, startMs, usedBytes: 0, entries: 0, quotaBytes: 0, hardLimitBytes: 0, ...figures };
}

export function resourceUsage(resource: string, figures: Partial<ResourceUsage> = {}): ResourceUsage {
  return { ...(zeros(RESOURCE_COUNTER_NAMES) as ResourceCounterValues), resource, ...figures };
}

export function curveSample(figures: Partial<CurveSample> = {}): CurveSample {
  return {
    tenantId: TENANT,
    processEpoch: 'p.1',
    savedAtMs: NOW_MS,
    decayedAtMs: NOW_MS,
    sinceMs: NOW_MS - DAY_MS,
    requests: 0,
    hits: 0,
    sampled: 0,
    rate: 1,
    distances: [],
    cold: 0,
    expired: 0,
    invalidated: 0,
    unplaced: 0,
    resources: {},
    ...figures,
  };
}

/** Answers with what was given, whatever the span. */
export class FixedUsage implements UsageReader {
  asked: string[] = [];

  constructor(
    readonly figures: {
      days?: UsageSample[];
      hours?: UsageSample[];
      /** Of the first hour. */
      fine?: UsageSample[];
      resources?: ResourceUsage[];
    } = {},
    readonly tenant: TenantId = TENANT,
  ) {}

  async days() {
    return [];
  }

  async samples(tenant: TenantId, { stepMs }: { stepMs: number }) {
    this.asked.push(tenant);
    if (stepMs === DAY_MS) return this.figures.days ?? [];
    return (stepMs === HOUR_MS ? this.figures.hours : this.figures.fine) ?? [];
  }

  async resources(tenant: TenantId) {
    this.asked.push(tenant);
    return this.figures.resources ?? [];
  }

  async spans() {
    return [];
  }

  async fleet(): Promise<never> {
    throw new Error('is about all tenants');
  }

  async fleetSamples(): Promise<never> {
    throw new Error('is about all tenants');
  }

  async fleetResources(): Promise<never> {
    throw new Error('is about all tenants');
  }
}
