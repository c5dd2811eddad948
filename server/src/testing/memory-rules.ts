import { EVICT_DOWN_TO_RATIO, type Limits } from '../core/quota.js';
import type { EntryId } from '../core/resource.js';
import type { WriteOutcome } from '../core/store-outcomes.js';
import { type MemoryTenant, STEP } from './memory-tenant.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Verdict = Pick<
  WriteOutcome,
  'status' | 'expiredEntries' | 'evictedEntries' | 'evictedBytes' | 'wouldEvictBytes' | 'wouldReject'
>;

const STORED: Verdict = {
  status: 'stored',
  expiredEntries: 0,
  evictedEntries: 0,
  evictedBytes: 0,
  wouldEvictBytes: 0,
  wouldReject: false,
};
/** The lease under which the write came no longer stands. */
export const VOID: Verdict = { ...STORED, status: 'void' };
/** Above the largest entry that the store takes from anybody. */
export const TOO_LARGE_FOR_ANY: Verdict = { ...STORED, status: 'too-large' };

/**
 * What the quota says to a write of `size` bytes, with the eviction it asks for done. `capacity` is what the process can
 * still hold of this tenant.
 */
export function decideWrite(
  data: MemoryTenant,
  id: EntryId,
  size: number,
  limits: Limits,
  capacity: number,
  nowMs: number,
): Verdict {
  const verdict: Mutable<Verdict> = { ...STORED };
  const old = () => data.counted(id)?.sizeBytes ?? 0;
  const after = () => data.usedBytes - old() + size;
  const limit = enforced(limits) ? limits.hardLimitBytes : Number.POSITIVE_INFINITY;
  const { ceilingBytes } = limits;
  if (ceilingBytes !== undefined && size > old() && after() > ceilingBytes) return { ...verdict, status: 'full' };
  if (size > limit) return { ...verdict, status: 'too-large' };
  const observed = limits.enforcement === 'observe' && size <= limits.hardLimitBytes;
  const watched = observed ? limits.hardLimitBytes : limit;
  if (after() > Math.min(watched, capacity)) verdict.expiredEntries += data.removeDead(nowMs);
  if (limits.enforcement === 'observe') observe(verdict, data.usedBytes, after(), size, old(), limits);
  const bound = Math.min(limit, capacity);
  const goal = Math.floor(bound * EVICT_DOWN_TO_RATIO);
  const policy = enforced(limits) ? limits.policy : 'lru';
  while (after() > bound) {
    const gone = policy === 'reject' ? undefined : data.evict(policy, goal - size + old(), STEP, id);
    if (!gone?.entries) return { ...verdict, status: 'full' };
    verdict.evictedEntries += gone.entries;
    verdict.evictedBytes += gone.bytes;
  }
  return verdict;
}

export function enforced({ enforcement }: Limits): boolean {
  return enforcement === 'hard' || enforcement === 'soft';
}

/** What `hard` would have done; past the first crossing each write counts what it adds. */
function observe(
  verdict: Mutable<Verdict>,
  used: number,
  after: number,
  size: number,
  old: number,
  limits: Limits,
): void {
  const { hardLimitBytes, policy } = limits;
  if (size > hardLimitBytes) verdict.wouldReject = true;
  else if (after <= hardLimitBytes) return;
  else if (policy === 'reject') verdict.wouldReject = true;
  else if (used > hardLimitBytes) verdict.wouldEvictBytes = Math.max(0, size - old);
  else verdict.wouldEvictBytes = after - Math.floor(hardLimitBytes * EVICT_DOWN_TO_RATIO);
}
