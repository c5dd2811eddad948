import { z } from 'zod';
import { assertGroup } from '../core/dataset.js';
import type { TenantId } from '../core/tenant-id.js';
import type { Watchlist } from '../core/warming.js';
import { MAX_WATCHED_GROUPS } from '../core/watchlists.js';
import { anyTenantId, named, time } from './answer-schemas.js';

/** 500 groups of 128 bytes, each in quotes. */
export const MAX_WATCHLIST_BODY_BYTES = 72 * 1024;

const groupError = 'must be 1 to 128 bytes without braces, spaces and controls, no colon first';
const groupsError = `must be at most ${MAX_WATCHED_GROUPS} groups`;

export const watchlistBody = z.strictObject({
  groups: z
    .array(z.string({ error: groupError }).refine(isGroup, { error: groupError }), { error: groupsError })
    .max(MAX_WATCHED_GROUPS, { error: groupsError })
    .meta({ description: 'In the order that they are kept in; one that is named again is left out' }),
});

export const watchlistAnswer = named(
  'Watchlist',
  z.strictObject({
    name: z.string(),
    groups: z.array(z.string()).meta({ description: 'Such as `binance:BTC/USDT`' }),
    updatedAt: time,
  }),
);
export const watchlistsAnswer = z.strictObject({ tenantId: anyTenantId, items: z.array(watchlistAnswer) });

export function watchlistsView(tenantId: TenantId, lists: readonly Watchlist[]) {
  return { tenantId, items: lists.map(watchlistView) };
}

export function watchlistView({ name, groups, updatedAtMs }: Watchlist) {
  return { name, groups, updatedAt: new Date(updatedAtMs).toISOString() };
}

function isGroup(group: string): boolean {
  try {
    assertGroup(group);
    return true;
  } catch {
    return false;
  }
}
