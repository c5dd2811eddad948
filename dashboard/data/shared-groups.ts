import 'server-only';
import { prometheus } from './prometheus';
import { PrometheusError } from './prometheus-client';
import { increase } from './promql';
import type { TimeRange } from './range';
import { cachedEntries } from './shared';
import { type AccessPage, type GroupReads, listGroupReads, listReaders, type Reader } from './shared-access';
import { callsByGroup, type GroupCalls, savedCalls } from './shared-calls';
import { freshnessByGroup, type GroupFreshness } from './shared-freshness';
import { accessHours } from './shared-hours';
import { GROUPS_PAGE_SIZE, READERS_PAGE_SIZE } from './shared-schema';
import type { FleetViewer } from './viewer';

export interface SharedGroup extends GroupReads {
  /** Of the exchange; undefined where no calls are counted for this group. */
  readonly callsMade: number | undefined;
  readonly callsSaved: number | undefined;
  /** Undefined where nothing of it is cached; `unseen` where not all entries were looked at, `unread` where none could be. */
  readonly freshness: GroupFreshness | undefined | 'unseen' | 'unread';
}

export interface GroupsReading extends AccessPage<SharedGroup> {
  readonly readAtMs: number;
  /** Reads are counted by whole hours: from this one on. */
  readonly sinceMs: number;
}

export interface ReadersReading extends AccessPage<Reader> {
  readonly readAtMs: number;
  readonly sinceMs: number;
}

interface Asked {
  readonly dataset: string;
  readonly search: string;
  readonly page: number;
  readonly pageSize?: number;
}

/** One page of what was read, with what it cost and how fresh it is now. */
export async function readGroups(viewer: FleetViewer, asked: Asked, range: TimeRange): Promise<GroupsReading> {
  const readAtMs = Date.now();
  const { dataset, search, page, pageSize = GROUPS_PAGE_SIZE } = asked;
  const [found, calls, cached] = await Promise.all([
    listGroupReads(viewer, dataset, { search, page, pageSize }, range),
    readCalls(range),
    cachedEntries(viewer, dataset),
  ]);
  const fresh = cached && freshnessByGroup(cached.items, Date.now());
  const items = found.items.map((row): SharedGroup => {
    const made = calls.get(row.group);
    const freshness = fresh ? (fresh.get(row.group) ?? (cached.complete ? undefined : 'unseen')) : 'unread';
    return {
      ...row,
      callsMade: made && Math.round(made.made),
      callsSaved: made && savedCalls(made, row.reads),
      freshness,
    };
  });
  return { ...found, items, sinceMs: accessHours(range).from.getTime(), readAtMs };
}

export async function readReaders(viewer: FleetViewer, asked: Asked, range: TimeRange): Promise<ReadersReading> {
  const readAtMs = Date.now();
  const { dataset, search, page, pageSize = READERS_PAGE_SIZE } = asked;
  const found = await listReaders(viewer, dataset, { search, page, pageSize }, range);
  return { ...found, sinceMs: accessHours(range).from.getTime(), readAtMs };
}

/** Two queries for all groups: processes count 200 symbols of each exchange at the most. Empty without Prometheus. */
async function readCalls(range: TimeRange): Promise<Map<string, GroupCalls>> {
  const { from, to } = accessHours(range);
  const windowMs = to.getTime() - from.getTime();
  const by = { by: ['exchange', 'symbol'] };
  const ask = (family: string) => prometheus().query(increase(family, windowMs, by), to.getTime());
  try {
    const [calls, answers] = await Promise.all([ask('market_symbol_calls_total'), ask('market_symbol_answers_total')]);
    return callsByGroup(calls, answers);
  } catch (error) {
    if (error instanceof PrometheusError) return new Map();
    throw error;
  }
}
