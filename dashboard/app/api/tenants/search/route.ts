import { asFleet } from '@/data/handler';
import { json } from '@/data/problem';
import { searchTenants } from '@/data/tenant-search';

/** What the palette finds while one types. */
export function GET(request: Request): Promise<Response> {
  return asFleet(request, async (viewer) => {
    const typed = new URL(request.url).searchParams.get('q') ?? '';
    return json({ tenants: await searchTenants(viewer, typed) });
  });
}
