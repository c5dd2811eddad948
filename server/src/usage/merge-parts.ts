import { TenantCacheError } from '../core/errors.js';
import type { UsagePart } from '../core/usage-part.js';
import type { UsageSink } from '../core/usage-sink.js';
import { apart, type Failed } from './apart.js';

export interface Merged {
  readonly lateParts: number;
  /** Why some are not merged. */
  readonly failed: Failed | undefined;
}

/** Merges up to some hundred parts; one that the sink refuses keeps no other out. Never rejects. */
export async function mergeParts<T>(
  sink: UsageSink,
  items: readonly T[],
  partOf: (item: T) => UsagePart,
  onMerged: (items: readonly T[]) => void,
): Promise<Merged> {
  let lateParts = 0;
  const merge = async (some: readonly T[]) => {
    const report = await sink.merge(some.map(partOf));
    lateParts += report?.lateParts ?? 0;
  };
  const failed = await apart(items, merge, { onDone: onMerged, isOver: isAway });
  return { lateParts, failed };
}

/** Whether an error says that further calls would fail too. */
export function isAway(error: unknown): boolean {
  return error instanceof TenantCacheError && error.code === 'DIRECTORY_UNAVAILABLE';
}
