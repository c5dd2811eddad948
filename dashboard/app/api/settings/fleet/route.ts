import { readFleetSettings } from '@/data/fleet-settings';
import { asFleet } from '@/data/handler';
import { json } from '@/data/problem';

/** What holds for all tenants now. */
export function GET(request: Request): Promise<Response> {
  return asFleet(request, async (viewer) => json(await readFleetSettings(viewer)));
}
