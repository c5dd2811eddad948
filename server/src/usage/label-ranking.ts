/** Of those with a label, at most this part loses it at once. */
const MOST_AT_ONCE = 0.1;

interface Ranked {
  /** What it did since the last review. */
  readonly recent: number;
}

/**
 * Who has to give a label up. A label is kept by whoever is among the busiest `2 * seats`, so that two about equally busy
 * do not take it from each other again and again.
 */
export function rankLabels<Holder extends Ranked>(
  holding: readonly Holder[],
  waiting: readonly Ranked[],
  seats: number,
): Holder[] {
  const least = cutOff(holding, waiting, 2 * seats);
  return holding
    .filter(({ recent }) => recent < least)
    .sort((a, b) => a.recent - b.recent)
    .slice(0, Math.ceil(seats * MOST_AT_ONCE));
}

/** The busiest of them, at most `count`. */
export function busiest<Member extends Ranked>(members: readonly Member[], count: number): readonly Member[] {
  if (count <= 0) return [];
  if (members.length <= count) return members;
  // A hundred thousand numbers are sorted in a tenth of the time of as many objects.
  const least = cutOff(members, [], count);
  const above = members.filter(({ recent }) => recent > least);
  return [...above, ...members.filter(({ recent }) => recent === least)].slice(0, count);
}

/** What the last of the busiest `count` did; less than anybody where there are no more than that. */
function cutOff(some: readonly Ranked[], others: readonly Ranked[], count: number): number {
  const size = some.length + others.length;
  if (size <= count || count === 0) return Number.NEGATIVE_INFINITY;
  const all = new Float64Array(size);
  for (let index = 0; index < some.length; index++) all[index] = (some[index] as Ranked).recent;
  for (let index = 0; index < others.length; index++) all[some.length + index] = (others[index] as Ranked).recent;
  return all.sort()[size - count] as number;
}
