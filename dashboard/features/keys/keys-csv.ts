import type { CsvValue } from '@/components/ui/csv-text';
import type { ApiKey } from '@/data/api-key-schema';
import { listApiKeys } from '@/data/api-keys';
import { csvStream, type PageQuery, pagesOf } from '@/data/csv';
import type { Viewer } from '@/data/viewer';
import { keyState } from './key-words';

const HEAD = [
  'name',
  'prefix',
  'state',
  'scopes',
  'created_at_utc',
  'created_by',
  'expires_at_utc',
  'last_used_at_utc',
  'revoked_at_utc',
  'key_id',
];

/** All keys of a tenant, newest first, never the key itself. @throws AdminApiDown, AdminApiProblem */
export function keysCsv(viewer: Viewer, tenantId: string): Promise<Response> {
  const nowMs = Date.now();
  const read = (query: PageQuery) => listApiKeys(viewer, tenantId, query);
  const cells = (key: ApiKey): CsvValue[] => [
    key.name,
    key.prefix,
    keyState(key, nowMs) === 'ending' ? 'live' : keyState(key, nowMs),
    key.scopes.join(' '),
    key.createdAt,
    key.createdBy,
    key.expiresAt,
    key.lastUsedAt,
    key.revokedAt,
    key.keyId,
  ];
  return csvStream(
    'api-keys',
    HEAD,
    pagesOf(read, ({ keyId }) => keyId),
    cells,
  );
}
