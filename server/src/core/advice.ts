import type { Limits } from './quota.js';
import type { Scope } from './scope.js';
import type { TenantId } from './tenant-id.js';

/**
 * Watches a sample of one tenant's requests. Called on the path of every request, so it does next to nothing for keys
 * outside the sample, and never throws. Names are as the cache has them: off the grammar they do no harm.
 */
export interface AccessSampler {
  /** A request that a tier answered, stale values too. @param payloadBytes of the entry, as L1 knows it */
  hit(resource: string, key: string, payloadBytes: number): void;
  /** A request that no tier answered, told before the load. */
  miss(resource: string, key: string): void;
  /**
   * The entry is in the shared store, by a load or an explicit write.
   * @param sizeBytes what the quota counts @param payload encoded and not yet encrypted: compared with the last one
   */
  stored(resource: string, key: string, entry: StoredFacts): void;
  /** Deleted here. */
  deleted(resource: string, key: string): void;
  /** Written or deleted by another process: which of the two is seen by the next request. */
  changedElsewhere(resource: string, key: string): void;
  invalidated(scope: Scope): void;
  cleared(): void;
}

export interface StoredFacts {
  readonly sizeBytes: number;
  readonly ttlMs: number;
  readonly graceMs: number;
  readonly payload: Uint8Array;
}

/** Requests of one resource as the sample saw them, each weighted with the number that it stands for. */
export interface SampledResource {
  readonly requests: number;
  readonly cold: number;
  readonly expired: number;
  readonly invalidated: number;
  /** Loads after an expiry, and those of them that brought the same bytes as before. */
  readonly reloads: number;
  readonly unchanged: number;
  /** Sum over `stores`. */
  readonly ttlMs: number;
  readonly stores: number;
}

/**
 * What one process sampled of one tenant, as of `decayedAtMs`: what came earlier weighs x 0.9 for each hour before it.
 * A later save of the same epoch replaces an earlier one, so a save that comes twice changes nothing.
 */
export interface CurveSample {
  readonly tenantId: TenantId;
  /** Random per process start and per time that the tenant came into the process. */
  readonly processEpoch: string;
  readonly savedAtMs: number;
  readonly decayedAtMs: number;
  /** When the sampling began. */
  readonly sinceMs: number;
  /** All requests and hits, counted and not sampled. */
  readonly requests: number;
  readonly hits: number;
  /** Requests in the sample, each counted as one. */
  readonly sampled: number;
  /** Share of the keys that is sampled at present. */
  readonly rate: number;
  /** Weighted requests by reuse distance; `[bucket, weight]`, those of weight 0 left out. */
  readonly distances: readonly (readonly [number, number])[];
  readonly cold: number;
  readonly expired: number;
  readonly invalidated: number;
  /** Hits of keys that the sample had not seen before: of an unknown distance below the quota. */
  readonly unplaced: number;
  readonly resources: Readonly<Record<string, SampledResource>>;
}

/** Where samples rest. Rejects with `DIRECTORY_UNAVAILABLE`. */
export interface CurveStore {
  /** Of a tenant and process epoch, the one saved last stays. */
  save(samples: readonly CurveSample[]): Promise<void>;
  /** Those saved within the last `MAX_SAMPLE_AGE_MS`, of all processes. */
  read(tenant: TenantId, nowMs: number): Promise<readonly CurveSample[]>;
  /** Drops what is older; returns how many. A store with roles needs the admin's for it. */
  tidy(nowMs: number): Promise<number>;
}

/** Older samples weigh less than a millionth. */
export const MAX_SAMPLE_AGE_MS = 7 * 86_400_000;

export const ADVICE_KINDS = ['quota', 'growth', 'anomaly', 'hit-rate', 'ttl', 'effectiveness'] as const;
export type AdviceKind = (typeof ADVICE_KINDS)[number];

/** One piece of advice. Figures have their units in their names; ratios are from 0 to 1. */
export interface Advice {
  readonly kind: AdviceKind;
  /** `info`: good to know; `notice`: worth a look; `warning`: act. */
  readonly severity: 'info' | 'notice' | 'warning';
  /** Plain English, with the figures. */
  readonly message: string;
  readonly figures: Readonly<Record<string, number | string | null>>;
  readonly basis: AdviceBasis;
}

export interface AdviceBasis {
  readonly fromMs: number;
  readonly toMs: number;
  /** What was looked at, and how many of it: days, requests, hours. */
  readonly samples: number;
  readonly of: string;
}

/** Advice that is not given, and why. */
export interface Silence {
  readonly kind: AdviceKind;
  readonly reason: string;
}

/** What the quota is worth, as the sample says; every rate for LRU. */
export interface QuotaOutlook {
  /** Where the store evicts at present: quota, or quota + overage; null where nothing is enforced. */
  readonly presentBytes: number | null;
  /** Of the requests that were sampled from. */
  readonly measuredHitRate: number;
  /** What the curve says of the present limit; it is shown only where the two agree. */
  readonly presentHitRate: number;
  readonly halfHitRate: number | null;
  readonly doubleHitRate: number | null;
  /** Of a cache without limit: 1 less the shares below. */
  readonly bestHitRate: number;
  /** Misses that no quota would have made hits, as shares of all requests. */
  readonly coldShare: number;
  readonly expiredShare: number;
  readonly invalidatedShare: number;
  readonly goals: readonly { readonly hitRate: number; readonly bytes: number | null }[];
  /** For a chart, from small to great. */
  readonly points: readonly { readonly bytes: number; readonly hitRate: number }[];
  readonly basis: AdviceBasis;
}

/** What a cache saves, set against what it costs: `docs/features/advice.md`, section Effectiveness. */
export interface Effectiveness {
  /** 0 to 100. */
  readonly score: number;
  readonly originCallsSaved: number;
  readonly originTimeSavedMs: number;
  /** Share of the time that the origin would have spent without a cache. */
  readonly savedShare: number;
  readonly mibHours: number;
  readonly basis: AdviceBasis;
}

export interface Growth {
  readonly usedBytes: number;
  /** Median of the slopes between any two days; null where they do not agree on a direction. */
  readonly bytesPerDay: number | null;
  /** Null without growth; 0 where the limit is reached. */
  readonly daysToFull: number | null;
  readonly basis: AdviceBasis;
}

/** All that can be said of one tenant. What is null is not known well enough: `silences` say why. */
export interface AdviceReport {
  readonly tenantId: TenantId;
  readonly asOfMs: number;
  readonly quota: QuotaOutlook | null;
  readonly growth: Growth | null;
  readonly effectiveness: Effectiveness | null;
  /** The most severe first. */
  readonly items: readonly Advice[];
  readonly silences: readonly Silence[];
}

export interface Advisor {
  /** Rejects with `DIRECTORY_UNAVAILABLE`. */
  advise(tenant: TenantId, limits: Limits): Promise<AdviceReport>;
}

/** One part of a report: what is known, what is to be said of it, or why nothing is. */
export interface Finding<T> {
  readonly known: T | null;
  readonly items: readonly Advice[];
  readonly silences: readonly Silence[];
}
