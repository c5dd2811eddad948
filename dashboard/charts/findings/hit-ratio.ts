import { NO_BREAK_SPACE, number } from '@/components/ui/number';
import { gaps, known, type Value } from '../gaps';
import { total } from '../stack';
import { mean, when } from './words';

export interface HitRatioFacts {
  readonly times: readonly number[];
  readonly hits: readonly Value[];
  readonly reads: readonly Value[];
  readonly nowMs: number;
  /** The last change of the quota, if any. */
  readonly change?:
    | { readonly atMs: number; readonly raised: boolean; readonly previousMs?: number | undefined }
    | undefined;
  /** “the last hour”. */
  readonly span: string;
  readonly voice?: 'operator' | 'tenant';
}

const DIP = 0.1;
const HEALED = 0.03;
const MOVED = 0.01;
/** Points on either side of a change before its effect is claimed. */
const ENOUGH = 3;
/** Of the mean reads of a step: fewer say nothing about the cache. */
const FEW = 0.1;
/** From here on an end without points is a gap, and the last point is not of now. */
const RECENT_STEPS = 2.5;

/** What the hit ratio did: the effect of a quota change, a dip that healed, a fall that lasts, or its level. */
export function hitRatioFinding(facts: HitRatioFacts): string {
  const { hits, reads, span, voice = 'operator' } = facts;
  const level = share(hits, reads);
  if (level === undefined) return `No requests in ${span}`;
  return (
    effectOfChange(facts) ??
    `${figure(level)}${NO_BREAK_SPACE}% of ${voice === 'tenant' ? 'your ' : ''}requests are hits${course(facts, level)}`
  );
}

function effectOfChange({ times, hits, reads, change }: HitRatioFacts): string | undefined {
  if (!change) return undefined;
  const split = times.findIndex((at) => at > change.atMs);
  if (split < ENOUGH || times.length - split < ENOUGH) return undefined;
  const begin = times.findIndex((at) => at > (change.previousMs ?? 0));
  if (split - begin < ENOUGH) return undefined;
  const before = share(hits.slice(begin, split), reads.slice(begin, split));
  const after = share(hits.slice(split), reads.slice(split));
  if (before === undefined || after === undefined || Math.abs(after - before) < MOVED) return undefined;
  // A ratio that falls when room is given has another cause.
  if (after > before !== change.raised) return undefined;
  const verb = after > before ? 'rose' : 'fell';
  return `Hit rate ${verb} from ${figure(before)} to ${figure(after)}${NO_BREAK_SPACE}% after the quota was ${change.raised ? 'raised' : 'lowered'}`;
}

function course(facts: HitRatioFacts, level: number): string {
  const { times, nowMs } = facts;
  const told = telling(facts);
  const last = told.at(-1);
  if (!last || told.length < 2 * ENOUGH) return '';
  const recent = nowMs - last.at <= RECENT_STEPS * stepOf(times);
  if (recent && last.ratio < level - DIP / 2) return `, ${figure(last.ratio)}${NO_BREAK_SPACE}% now`;
  // A cache that only just filled has not dipped: before the low point there must have been a level to fall from.
  const from = told.findIndex(({ ratio }) => ratio >= level - HEALED);
  const lowest = told.slice(Math.max(0, from)).reduce((least, point) => (point.ratio < least.ratio ? point : least));
  if (from === -1 || lowest.ratio > level - DIP || last.ratio < level - HEALED) return '';
  return `; a dip to ${number(lowest.ratio * 100)}${NO_BREAK_SPACE}% ${when(lowest.at, nowMs)} has healed`;
}

/** The points that can stand for their step: not one cut by a gap, such as a restart, and none with next to no reads. */
function telling({ times, hits, reads, nowMs }: HitRatioFacts): { ratio: number; at: number }[] {
  const recorded = reads.map((value) => value !== null);
  const cut = new Set(gaps(times, recorded, nowMs, stepOf(times)).flatMap(({ fromMs, toMs }) => [fromMs, toMs]));
  const least = FEW * (mean(known(reads)) ?? 0);
  return times.flatMap((at, index) => {
    const ratio = share([hits[index] ?? null], [reads[index] ?? null]);
    return ratio === undefined || cut.has(at) || (reads[index] ?? 0) < least ? [] : [{ ratio, at }];
  });
}

const stepOf = (times: readonly number[]) => (times[1] ?? 0) - (times[0] ?? 0);

function share(part: readonly Value[], whole: readonly Value[]): number | undefined {
  const base = total(whole);
  return base > 0 ? total(part) / base : undefined;
}

const figure = (ratio: number) => number(ratio * 100, 1);
