import { number } from '@/components/ui/number';
import { known, type Value } from '../gaps';
import { total } from '../stack';
import { since } from './words';

export interface EvictionFacts {
  readonly times: readonly number[];
  readonly space: readonly Value[];
  readonly expired: readonly Value[];
  readonly invalidated: readonly Value[];
  readonly nowMs: number;
  readonly span: string;
  readonly voice?: 'operator' | 'tenant';
}

/** Removed for space is what matters: since when there was none, or how much there was. */
export function evictionFinding(facts: EvictionFacts): string {
  const { times, space, expired, invalidated, nowMs, span, voice = 'operator' } = facts;
  const verb = voice === 'tenant' ? 'removed' : 'evicted';
  const purpose = voice === 'tenant' ? 'to make room' : 'for space';
  const all = total(space) + total(expired) + total(invalidated);
  if (all < 0.5) return `Nothing was removed in ${span}`;
  const lost = Math.round(total(space));
  if (lost === 0) return `Nothing was ${verb} ${purpose} in ${span}`;
  const last = space.findLastIndex((value) => value !== null && value >= 0.5);
  const calm = space.slice(last + 1).filter((value) => value !== null).length;
  if (calm >= Math.max(3, known(space).length / 8))
    return `Nothing was ${verb} ${purpose} ${since(times[last] ?? nowMs, nowMs)}`;
  const entries = `${number(lost)} ${lost === 1 ? 'entry was' : 'entries were'} ${verb} ${purpose}`;
  return `${entries}, ${portion(lost / all)} of all removed`;
}

function portion(ratio: number): string {
  const percent = ratio * 100;
  return percent >= 1 ? `${number(percent)}\u00a0%` : 'less than 1\u00a0%';
}
