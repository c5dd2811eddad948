import type { ChartMarker, TimeGrid } from './chart-model';
import { type Box, CHARACTER_PX, timeToX } from './geometry';

/** One change, or several whose labels have no room beside each other, under one label. */
export interface Flag {
  /** Of the changes, in pixels from the left of the plot. */
  readonly xs: readonly number[];
  readonly text: string;
  readonly textX: number;
  /** On which side of `textX` the text stands. */
  readonly side: 'left' | 'right';
}

interface Group {
  readonly xs: readonly number[];
  readonly markers: readonly ChartMarker[];
}
type Wording = 'label' | 'short';
type Side = Flag['side'];

const NARROW_PX = 460;
/** From the line of a change to a label. */
const BESIDE_PX = 9;
/** Half of the triangle on the line. */
export const HALF_FLAG_PX = 4;
const ATTEMPTS: readonly (readonly [Wording, Side])[] = [
  ['label', 'right'],
  ['label', 'left'],
  ['short', 'right'],
  ['short', 'left'],
];

/**
 * Labels of the changes, oldest first, so that none meets another one or a flag that is not its own: beside their flags
 * where there is room, else all in short, else one without room shares its label with the nearer of its neighbours.
 */
export function layFlags(box: Box, grid: TimeGrid, markers: readonly ChartMarker[], width: number): Flag[] {
  const attempts = ATTEMPTS.filter(([wording]) => width >= NARROW_PX || wording === 'short');
  let groups = apart(markers.map((marker) => ({ xs: [timeToX(box, grid, marker.at)], markers: [marker] })));
  for (;;) {
    let stuck = 0;
    for (const [wording, preferred] of attempts) {
      const { flags, rest } = place(box, groups, wording, preferred);
      if (rest === 0) return flags;
      stuck = groups.length - rest;
    }
    const [only] = groups;
    // Own flags may be crossed where they fill the plot: the label is drawn over them.
    if (groups.length === 1 && only) return [flagAt(only, wordsOf(only, 'short'), only.xs[0] ?? box.left, 'right')];
    groups = joined(groups, nearerPair(groups, stuck));
  }
}

/** Flags that would cover each other are one from the start. */
function apart(groups: readonly Group[]): Group[] {
  const found: Group[] = [];
  for (const group of groups) {
    const last = found.at(-1);
    if (last && firstX(group) - lastX(last) < 2 * HALF_FLAG_PX) found.splice(-1, 1, union(last, group));
    else found.push(group);
  }
  return found;
}

/** From the left, each as near to the preferred side as it can; `rest` is how many found no room. */
function place(box: Box, groups: readonly Group[], wording: Wording, preferred: Side): { flags: Flag[]; rest: number } {
  const flags: Flag[] = [];
  let taken = box.left;
  for (const [index, group] of groups.entries()) {
    const text = wordsOf(group, wording);
    const needed = BESIDE_PX + text.length * CHARACTER_PX;
    const next = groups[index + 1];
    const ends = [...group.xs.slice(1).map((x) => x - BESIDE_PX), next ? firstX(next) - BESIDE_PX : box.right];
    const rights = group.xs.filter((x, at) => x + needed <= (ends[at] ?? 0)).reverse();
    const left = firstX(group) - needed >= taken ? firstX(group) : undefined;
    const right = preferred === 'right' || left === undefined ? rights[0] : undefined;
    const x = right ?? left;
    if (x === undefined) return { flags, rest: groups.length - index };
    flags.push(flagAt(group, text, x, right === undefined ? 'left' : 'right'));
    taken = Math.max(lastX(group), right === undefined ? 0 : right + needed) + BESIDE_PX;
  }
  return { flags, rest: 0 };
}

function flagAt({ xs }: Group, text: string, x: number, side: Side): Flag {
  return { xs, text, textX: side === 'left' ? x - BESIDE_PX : x + BESIDE_PX, side };
}

/** The index of the first of the two groups to join. */
function nearerPair(groups: readonly Group[], stuck: number): number {
  const distance = (at: number) => {
    const [group, next] = [groups[at], groups[at + 1]];
    return group && next ? firstX(next) - lastX(group) : Number.POSITIVE_INFINITY;
  };
  return distance(stuck - 1) <= distance(stuck) ? stuck - 1 : stuck;
}

function joined(groups: readonly Group[], at: number): Group[] {
  return [...groups.slice(0, at), groups.slice(at, at + 2).reduce(union), ...groups.slice(at + 2)];
}

function union(one: Group, other: Group): Group {
  return { xs: [...new Set([...one.xs, ...other.xs])], markers: [...one.markers, ...other.markers] };
}

function wordsOf({ markers }: Group, wording: Wording): string {
  return markers.length === 1 ? (markers[0]?.[wording] ?? '') : `${markers.length} changes`;
}

const firstX = ({ xs }: Group) => xs[0] ?? 0;
const lastX = ({ xs }: Group) => xs.at(-1) ?? 0;
