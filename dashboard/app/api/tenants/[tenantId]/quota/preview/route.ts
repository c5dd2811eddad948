import { asFleet } from '@/data/handler';
import { json, problem } from '@/data/problem';
import { previewQuota } from '@/data/quota';
import { QUOTA_CHANGE } from '@/data/quota-schema';
import { TENANT_ID_PATTERN } from '@/data/tenant-grammar';

/** What a change of the quota would evict. Changes nothing. */
export function POST(request: Request, { params }: RouteContext<'/api/tenants/[tenantId]/quota/preview'>) {
  return asFleet(request, async (viewer) => {
    const { tenantId } = await params;
    if (!TENANT_ID_PATTERN.test(tenantId)) return problem(404, 'There is no such tenant.');
    const change = QUOTA_CHANGE.safeParse(await request.json().catch(() => undefined));
    if (!change.success) return problem(400, 'The change cannot be read.');
    return json(await previewQuota(viewer, tenantId, change.data));
  });
}
