import { KIND_PATTERN } from '../core/dataset.js';
import { invalidOption } from '../core/options.js';
import { OTHER_GROUPS, type SharedRead } from '../core/shared.js';
import type { WarmTarget } from '../core/warming.js';

/** How a source makes a target, such as `(group, kind) => sharedTarget(market, group, kind)`. */
export type TargetOf = (group: string, kind: string) => WarmTarget;

/** What sources that warm groups of a dataset have in common. */
export interface GroupSourceOptions {
  /** Whole kinds to warm of each group, such as `price` and `ohlcv:1m:100`, the most wanted first. */
  readonly kinds: readonly string[];
  readonly target: TargetOf;
}

/** @throws TenantCacheError `OPTION_INVALID` */
export function assertGroupSource(where: string, { kinds, target }: GroupSourceOptions): void {
  if (!Array.isArray(kinds) || kinds.length === 0 || !kinds.every((kind) => KIND_PATTERN.test(kind))) {
    throw invalidOption(where, 'kinds', 'one or more kinds such as price or ohlcv:1m:100');
  }
  if (typeof target !== 'function') throw invalidOption(where, `target: ${typeof target}`, 'a function');
}

/** @throws TenantCacheError `OPTION_INVALID` */
export function assertCount(where: string, name: string, value: number, max: number): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= max) return;
  throw invalidOption(where, `${name}: ${String(value)}`, `a whole number from 1 to ${max}`);
}

/** All kinds of the first group, then those of the next. */
export function* groupTargets(groups: Iterable<string>, { kinds, target }: GroupSourceOptions): Generator<WarmTarget> {
  for (const group of groups) for (const kind of kinds) yield target(group, kind);
}

/** What was read is known by the first part of its kind: each stands for all kinds that begin so. */
export function* readTargets(
  reads: Iterable<Pick<SharedRead, 'group' | 'kind'>>,
  { kinds, target }: GroupSourceOptions,
): Generator<WarmTarget> {
  for (const { group, kind: first } of reads) {
    if (group === OTHER_GROUPS) continue;
    for (const kind of kinds) if (kind.split(':', 1)[0] === first) yield target(group, kind);
  }
}
