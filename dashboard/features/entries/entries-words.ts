import { transferred } from '@/charts/number-format';
import { count, counted } from '@/components/ui/figures';
import { NO_BREAK_SPACE, number } from '@/components/ui/number';
import type { EntryPage, Removal, ShownValue, Target } from '@/data/entries-schema';

/** `25.0 KiB`: an entry is small, so not always MiB. */
export function bytesText(bytes: number): string {
  const { figure, unit } = transferred(bytes);
  return `${figure}${NO_BREAK_SPACE}${unit}`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** `20 min`, `3.5 h`: how long an entry has left or is old. */
export function lifeText(ms: number): string {
  if (ms < 1000) return `${number(Math.max(0, ms))}${NO_BREAK_SPACE}ms`;
  const [name, unit] = UNITS.find(([, size]) => ms >= size) ?? ['s', 1000];
  const value = ms / unit;
  return `${number(value, value < 10 && name !== 's' && !Number.isInteger(value) ? 1 : 0)}${NO_BREAK_SPACE}${name}`;
}

interface Asked {
  readonly resource: string;
  readonly prefix: string;
  readonly cursor: string;
}

/**
 * What the page holds: the whole where there is one page, else how much of it.
 * @param all entries of the tenant, where that is known
 */
export function entriesHeading(
  tenantName: string,
  page: EntryPage,
  { resource, prefix, cursor }: Asked,
  all: number | undefined,
): string {
  const of = resource === '' ? '' : prefix === '' ? ` of ${resource}` : ` of ${resource} that begin with “${prefix}”`;
  const { items, next } = page;
  if (cursor === '' && next === null) {
    return items.length === 0
      ? `${tenantName} has no entries${of}`
      : `${tenantName} has ${counted(items.length, 'entry', 'entries')}${of}`;
  }
  if (items.length === 0) return next === null ? 'There are no more entries' : 'None on this page, there may be more';
  if (of === '' && all !== undefined) {
    return `${tenantName} has ${counted(all, 'entry', 'entries')}, ${count(items.length)} of them on this page`;
  }
  return `${counted(items.length, 'entry', 'entries')}${of} on this page${next === null ? ', the last one' : ''}`;
}

/** What a removal did, as a toast says it. */
export function removedWords({ deleted, pending }: Removal): string {
  if (pending)
    return 'The shared store did not answer. It is told as soon as it does, before anything is read from it.';
  if (deleted === null) return 'From now on none of it is served. How many entries that were is not counted.';
  return `${counted(deleted, 'entry was', 'entries were')} there. They are loaded again on demand.`;
}

/** `tag “prices”`, `resource news`: what an invalidation names. */
export function targetWords(target: Target): string {
  if (target.kind === 'tags')
    return target.tags.length === 1 ? `the tag “${target.tags[0]}”` : `${count(target.tags.length)} tags`;
  if (target.kind === 'resource') return `all of ${target.resource}`;
  if (target.kind === 'prefix') return `keys of ${target.resource} that begin with “${target.prefix}”`;
  return `${counted(target.keys.length, 'key')} of ${target.resource}`;
}

/** Why a value is not shown. */
export function omittedWords({ omitted, limitBytes }: ShownValue): string {
  if (omitted === 'too-large') return `The value is larger than ${bytesText(limitBytes)}, so it is not shown.`;
  if (omitted === 'unreadable') return 'The value cannot be read, for instance because its key is not known here.';
  return 'The value has no form as JSON, so it is not shown.';
}

const LIST_SEPARATOR = /[\n,]/;

/** What was typed into a list, one a line or with commas: without blanks and doubles. */
export function listOf(typed: string, separator: RegExp = LIST_SEPARATOR): string[] {
  return [...new Set(typed.split(separator).map((part) => part.trim()))].filter((part) => part !== '');
}
