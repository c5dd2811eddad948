import 'server-only';
import { AdminApiDown, AdminApiProblem } from './admin-api';
import { isDatabaseOutage } from './database-package';
import { environment } from './environment';
import { problem } from './problem';
import { currentViewer, type FleetViewer, type TenantViewer, type Viewer } from './viewer';

/** False where a browser says that another site sent the request. Clients without these headers hold no cookie of ours. */
export function fromThisOrigin(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none') return false;
  const origin = request.headers.get('origin');
  if (origin === null) return true;
  const { PUBLIC_URL } = environment();
  if (PUBLIC_URL) return origin === new URL(PUBLIC_URL).origin;
  return URL.canParse(origin) && new URL(origin).host === request.headers.get('host');
}

/** What the admin API refused, and what did not answer, as a problem of ours; anything else is a failure. */
async function answered(answer: () => Promise<Response>): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof AdminApiDown) return problem(503, error.message);
    if (error instanceof AdminApiProblem) return problem(error.status, error.message);
    if (isDatabaseOutage(error)) return problem(503, 'The database does not answer.');
    throw error;
  }
}

/**
 * A route handler for staff: 403 from another origin, 401 without a session, 404 for a tenant's user. What the admin API
 * refuses keeps its status; 503 where it or the database does not answer.
 */
export function asFleet(request: Request, answer: (viewer: FleetViewer) => Promise<Response>): Promise<Response> {
  return asArea('fleet', request, answer);
}

/** A route handler for a tenant's user, whose tenant is the session's: 403, 401, 404, 503 as `asFleet`. */
export function asTenant(request: Request, answer: (viewer: TenantViewer) => Promise<Response>): Promise<Response> {
  return asArea('tenant', request, answer);
}

async function asArea<Area extends Viewer['area']>(
  area: Area,
  request: Request,
  answer: (viewer: Extract<Viewer, { area: Area }>) => Promise<Response>,
): Promise<Response> {
  if (!fromThisOrigin(request)) return problem(403, 'The request came from another site.');
  return answered(async () => {
    const viewer = await currentViewer();
    if (!viewer) return problem(401, 'Sign in first.');
    if (viewer.area !== area) return problem(404, 'There is no such page.');
    return answer(viewer as Extract<Viewer, { area: Area }>);
  });
}
