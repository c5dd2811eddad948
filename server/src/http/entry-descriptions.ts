import type { EntryAccess } from '../core/entries.js';
import { fail } from '../core/errors.js';
import type { TenantId } from '../core/tenant-id.js';
import { entriesAnswer, entriesQuery, entryAnswer } from './admin-entries-schemas.js';
import { entryView } from './admin-entries-views.js';

/** What the admin's and the tenant's own listing of entries have in common. */
export const ENTRY_LIST = {
  method: 'get',
  operationId: 'listEntries',
  tag: 'Entries',
  description:
    'In no order. What lives from the first page to the last is listed at least once, what is written meanwhile perhaps.',
  query: entriesQuery,
  answers: { 200: { description: 'One page', body: entriesAnswer } },
  problems: ['STORE_UNAVAILABLE'],
} as const;

/** The same of one entry. */
export const ONE_ENTRY = {
  method: 'get',
  operationId: 'getEntry',
  tag: 'Entries',
  summary: 'One entry, without its value',
  description: 'The key is percent-encoded, its slashes too. Looking counts neither as a request nor as a use.',
  answers: { 200: { description: 'What is known of it', body: entryAnswer } },
  problems: ['RESOURCE_INVALID', 'KEY_INVALID', 'ENTRY_NOT_FOUND', 'STORE_UNAVAILABLE'],
} as const;

/** @throws TenantCacheError `ENTRY_NOT_FOUND`, `RESOURCE_INVALID`, `KEY_INVALID`, `STORE_UNAVAILABLE` */
export async function oneEntry(
  entries: Pick<EntryAccess, 'describe'>,
  tenant: TenantId,
  params: Readonly<Record<string, unknown>>,
  seesValues: boolean,
) {
  const { resource = '', key = '' } = params as Record<string, string>;
  const found = await entries.describe(tenant, resource, key);
  if (found === undefined) throw fail('ENTRY_NOT_FOUND');
  return entryView(found, seesValues);
}
