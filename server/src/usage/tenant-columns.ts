import type { TenantCounters } from '../core/counters.js';
import type { Labels } from './instruments.js';
import type { QuotaMoments } from './quota-moments.js';

/** One series of each tenant. `labels`: beside the tenant's own. */
export interface Column {
  readonly family: string;
  readonly help: string;
  readonly labels?: Labels;
}

export interface CounterColumn extends Column {
  readonly read: (counters: TenantCounters) => number;
}

/** Counted out of events, which may be of tenants that this process does not have open. */
export interface MomentColumn extends Column {
  readonly moment: keyof QuotaMoments;
}

const EVICTIONS = { family: 'evictions_total', help: 'Entries removed, by reason' };
const CAUSES = {
  family: 'eviction_causes_total',
  help: 'Entries evicted for space: for a write of the tenant, for a limit of its own that was lowered, by the server itself',
};
const HITS = { family: 'hits_total', help: 'Reads answered, by tier' };
const CROSSINGS = { family: 'quota_crossings_total', help: 'Crossings of use into a worse state, by the state' };

export const COUNTER_COLUMNS: readonly CounterColumn[] = [
  { family: 'requests_total', help: 'Reads asked of the cache', read: (counters) => counters.requests },
  { ...HITS, labels: { tier: 'l1' }, read: (counters) => counters.l1Hits },
  { ...HITS, labels: { tier: 'l2' }, read: (counters) => counters.l2Hits },
  { family: 'misses_total', help: 'Reads that no tier answered', read: (counters) => counters.misses },
  { family: 'loads_total', help: 'Loads begun', read: (counters) => counters.loads },
  { family: 'load_errors_total', help: 'Loads that failed', read: (counters) => counters.loadErrors },
  {
    family: 'load_time_seconds_total',
    help: 'Time of loads, summed',
    read: (counters) => counters.loadTimeMs / 1000,
  },
  {
    family: 'loads_voided_total',
    help: 'Loads whose value an invalidation kept from being stored',
    read: (counters) => counters.loadsVoided,
  },
  {
    family: 'refreshes_total',
    help: 'Loads in the background, before or after the end of an entry',
    read: (counters) => counters.refreshes,
  },
  {
    family: 'lease_waits_total',
    help: 'Waits for what another process was loading',
    read: (counters) => counters.leaseWaits,
  },
  {
    family: 'stale_served_total',
    help: 'Stale values answered within their grace',
    read: (counters) => counters.staleServed,
  },
  {
    family: 'response_time_seconds_total',
    help: 'Time from request to answer, summed',
    read: (counters) => counters.responseTimeMs / 1000,
  },
  { family: 'bytes_served_total', help: 'Encoded bytes of the hits', read: (counters) => counters.bytesServed },
  { family: 'writes_total', help: 'Entries stored', read: (counters) => counters.writes },
  { family: 'bytes_written_total', help: 'Encoded bytes stored', read: (counters) => counters.bytesWritten },
  {
    family: 'rejections_total',
    help: 'Writes that the quota kept out, or would keep out where it is only observed',
    read: (counters) => counters.rejections,
  },
  { ...EVICTIONS, labels: { reason: 'space' }, read: (counters) => counters.evictions },
  { ...EVICTIONS, labels: { reason: 'expired' }, read: (counters) => counters.expirations },
  { ...EVICTIONS, labels: { reason: 'invalidated' }, read: (counters) => counters.invalidations },
  {
    ...CAUSES,
    labels: { cause: 'write' },
    read: (counters) => counters.evictions - counters.evictionsByLimit - counters.evictionsByServer,
  },
  { ...CAUSES, labels: { cause: 'limit' }, read: (counters) => counters.evictionsByLimit },
  { ...CAUSES, labels: { cause: 'server' }, read: (counters) => counters.evictionsByServer },
  { family: 'evicted_bytes_total', help: 'Bytes evicted to make room', read: (counters) => counters.evictedBytes },
  {
    family: 'observed_eviction_bytes_total',
    help: 'Bytes that would be evicted were the quota not only observed',
    read: (counters) => counters.observedEvictionBytes,
  },
];

export const MOMENT_COLUMNS: readonly MomentColumn[] = [
  { ...CROSSINGS, labels: { to: 'warning' }, moment: 'warning' },
  { ...CROSSINGS, labels: { to: 'exceeded' }, moment: 'exceeded' },
  { ...CROSSINGS, labels: { to: 'critical' }, moment: 'critical' },
  {
    family: 'quota_exceeded_total',
    help: 'Crossings above the quota or the limit in force, and writes that the quota refused',
    moment: 'felt',
  },
];

export const GAUGE_COLUMNS: readonly CounterColumn[] = [
  {
    family: 'quota_usage_bytes',
    help: 'Bytes in use, as counted against the quota',
    read: (counters) => counters.usedBytes,
  },
  { family: 'quota_limit_bytes', help: 'The quota', read: (counters) => counters.quotaBytes },
  {
    family: 'quota_hard_limit_bytes',
    help: 'The limit in force: quota, or quota and overage',
    read: (counters) => counters.hardLimitBytes,
  },
  { family: 'entries', help: 'Live entries', read: (counters) => counters.entries },
];
