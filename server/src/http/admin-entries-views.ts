import { AUTHORIZATION_RESOURCE } from '../core/authorization.js';
import type { BrowseOptions, EntryAccess, EntryDescription, EntryPage, ListedEntry } from '../core/entries.js';
import type { TenantId } from '../core/tenant-id.js';
import { cursorText, positionOf } from './admin-entries-cursor.js';
import { withMilliseconds } from './milliseconds.js';

interface Asked {
  readonly resource?: string | undefined;
  readonly prefix?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** One page as both APIs show it. @throws RequestInvalidError for a cursor of another walk */
export async function entryPage(entries: Pick<EntryAccess, 'browse'>, tenantId: TenantId, asked: Asked) {
  const { cursor, limit: count, ...filter } = asked;
  const position = cursor === undefined ? undefined : positionOf(tenantId, filter, cursor);
  const options: BrowseOptions = { ...filter, cursor: position, count };
  return pageView(tenantId, filter, await entries.browse(tenantId, options));
}

function pageView(tenantId: TenantId, filter: Omit<Asked, 'cursor' | 'limit'>, page: EntryPage) {
  const { items, next, looked, unnamed, asOfMs } = page;
  return {
    tenantId,
    items: items.map((entry) => listedView(entry, asOfMs)),
    next: next === undefined ? null : cursorText(tenantId, filter, next),
    looked,
    unnamed,
    asOf: iso(asOfMs),
  };
}

/** @param seesValues of a set of permissions the tags say what is in it: its roles and teams */
export function entryView(entry: EntryDescription, seesValues: boolean) {
  const tags = seesValues || entry.resource !== AUTHORIZATION_RESOURCE ? entry.tags : null;
  const { ageMs, state, sequence, loadMs = null, priority, payloadBytes, sealed } = entry;
  const { valueBytes = null, compression = null, unreadable = null } = entry;
  return {
    ...listedView(entry, entry.createdAtMs + ageMs),
    ...withMilliseconds({ ageMs, state, tags, sequence, loadMs, priority, payloadBytes }),
    ...{ valueBytes, sealed, compression, unreadable },
  };
}

function listedView({ resource, key, sizeBytes, createdAtMs, freshUntilMs, expiresAtMs }: ListedEntry, nowMs: number) {
  return {
    resource,
    key,
    sizeBytes,
    createdAt: iso(createdAtMs),
    freshUntil: iso(freshUntilMs),
    expiresAt: iso(expiresAtMs),
    ttlMs: Math.max(0, expiresAtMs - nowMs),
  };
}

/** The last moment that a date can be: lives may be a century long, and JSON has no greater ones. */
const MAX_DATE_MS = Date.UTC(9999, 11, 31);

function iso(ms: number): string {
  return new Date(Math.min(ms, MAX_DATE_MS)).toISOString();
}
