import 'server-only';
import { z } from 'zod';
import { AdminApiProblem, adminApi } from './admin-api';
import { CLOSED_STATEMENT, CURRENT, OPEN_STATEMENT, type OpenStatement, type Statement } from './statement-schema';
import type { FleetViewer, TenantViewer, Viewer } from './viewer';

const PAGE = z.object({ items: z.array(CLOSED_STATEMENT), total: z.number() });
export type StatementPage = z.infer<typeof PAGE>;

const STEP = 100;

/** Closed periods of the reader's own tenant, newest first. */
export function listOwnStatements(viewer: TenantViewer, page: number, pageSize: number): Promise<StatementPage> {
  return listStatements(viewer, viewer.tenantId, page, pageSize);
}

/** What the own period under way would be closed with now. */
export function ownOpenStatement(viewer: TenantViewer): Promise<OpenStatement> {
  return adminApi(viewer, `${pathOf(viewer.tenantId)}/${CURRENT}`, { schema: OPEN_STATEMENT });
}

/** One own period by its first moment, or `current`; undefined where there is none. */
export function findOwnStatement(viewer: TenantViewer, period: string): Promise<Statement | undefined> {
  return statement(viewer, viewer.tenantId, period);
}

/** One period of any tenant, for staff; undefined where there is none. */
export function findStatement(viewer: FleetViewer, tenantId: string, period: string): Promise<Statement | undefined> {
  return statement(viewer, tenantId, period);
}

/** All closed periods of the own tenant in bounded steps, newest first, for a file. */
export async function* ownStatementSteps(viewer: TenantViewer): AsyncGenerator<StatementPage['items']> {
  for (let page = 1; ; page += 1) {
    const { items } = await listStatements(viewer, viewer.tenantId, page, STEP);
    yield items;
    if (items.length < STEP) return;
  }
}

function listStatements(viewer: Viewer, tenantId: string, page: number, pageSize: number): Promise<StatementPage> {
  return adminApi(viewer, pathOf(tenantId), { schema: PAGE, query: { page, pageSize } });
}

async function statement(viewer: Viewer, tenantId: string, period: string): Promise<Statement | undefined> {
  try {
    const path = `${pathOf(tenantId)}/${encodeURIComponent(period)}`;
    return await adminApi(viewer, path, { schema: z.union([OPEN_STATEMENT, CLOSED_STATEMENT]) });
  } catch (error) {
    if (error instanceof AdminApiProblem && (error.status === 404 || error.status === 400)) return undefined;
    throw error;
  }
}

function pathOf(tenantId: string): string {
  return `/tenants/${encodeURIComponent(tenantId)}/statements`;
}
