import type { SharedEntry } from './shared-schema';

/** What is cached of one group now. */
export interface GroupFreshness {
  readonly entries: number;
  /** Of them, those that are not past their time; the others are answered within their grace while they are loaded anew. */
  readonly fresh: number;
  /** Of the newest entry. */
  readonly ageMs: number;
}

export function freshnessByGroup(entries: readonly SharedEntry[], nowMs: number): Map<string, GroupFreshness> {
  const found = new Map<string, GroupFreshness>();
  for (const { group, ageMs, freshUntil } of entries) {
    const before = found.get(group) ?? { entries: 0, fresh: 0, ageMs: Number.POSITIVE_INFINITY };
    found.set(group, {
      entries: before.entries + 1,
      fresh: before.fresh + (Date.parse(freshUntil) > nowMs ? 1 : 0),
      ageMs: Math.min(before.ageMs, ageMs),
    });
  }
  return found;
}
