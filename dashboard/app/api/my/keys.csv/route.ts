import { mayChangeKeys } from '@/data/api-keys';
import { asTenant } from '@/data/handler';
import { problem } from '@/data/problem';
import { keysCsv } from '@/features/keys/keys-csv';

/** The API keys of the session's tenant, for its admins. */
export function GET(request: Request): Promise<Response> {
  return asTenant(request, async (viewer) =>
    mayChangeKeys(viewer) ? keysCsv(viewer, viewer.tenantId) : problem(403, 'Only tenant admins see API keys.'),
  );
}
