import { asFleet } from '@/data/handler';
import { previewPlan } from '@/data/plans';
import { json, problem } from '@/data/problem';
import { QUOTA_CHANGE } from '@/data/quota-schema';
import { planOfSegment } from '@/features/plans/segment';

export async function POST(request: Request, { params }: RouteContext<'/api/plans/[plan]/preview'>): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const body: unknown = await request.json().catch(() => undefined);
    const change = QUOTA_CHANGE.safeParse(body);
    if (!change.success) return problem(400, 'This is not a change of quotas.');
    return json(await previewPlan(viewer, planOfSegment((await params).plan), change.data));
  });
}
