import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { OpenStatement, Statement, StatementSpan, TenantDirectory } from '../core/directory.js';
import { fail } from '../core/errors.js';
import { mbHours } from '../core/pricing.js';
import type { TenantId } from '../core/tenant-id.js';
import { type pageQuery, parse } from './admin-schemas.js';
import { sendCsv } from './csv.js';
import { STATEMENT_COLUMNS, statementRows } from './statement-csv.js';
import { type billingQuery, periodParam, type spanQuery } from './statement-schemas.js';

/** What is asked of one tenant: by its path in the admin API, by its request in the tenant's own. */
interface Asked<Q = undefined> {
  readonly directory: TenantDirectory;
  readonly tenantId: TenantId;
  readonly req: Request;
  readonly res: Response;
  readonly query: Q;
}
type Page = z.infer<typeof pageQuery>;
type Span = z.infer<typeof spanQuery>;

export async function answerStatements({ directory, tenantId, query, res }: Asked<Page>): Promise<void> {
  const found = await directory.statements(tenantId, query);
  res.json({ ...found, items: found.items.map(statementView) });
}

export async function answerStatementsCsv({ directory, tenantId, query, res }: Asked<Span>): Promise<void> {
  const rows = statementRows(directory, { ...spanOf(query), tenant: tenantId });
  await sendCsv(res, `statements-${tenantId}.csv`, STATEMENT_COLUMNS, rows);
}

export async function answerOpenStatement({ directory, tenantId, res }: Omit<Asked, 'query'>): Promise<void> {
  res.json(statementView(await directory.openStatement(tenantId, Date.now())));
}

export async function answerStatement({ directory, tenantId, req, res }: Omit<Asked, 'query'>): Promise<void> {
  const { periodStart } = parse(periodParam, { periodStart: req.params.periodStart }, 'query');
  const found = await directory.statement(tenantId, periodStart);
  if (found === undefined) throw fail('STATEMENT_NOT_FOUND');
  res.json(statementView(found));
}

type AskedOfAll<Q> = Omit<Asked<Q>, 'tenantId' | 'req'>;

export async function answerAllStatements({
  directory,
  query,
  res,
}: AskedOfAll<z.infer<typeof billingQuery>>): Promise<void> {
  const { page, pageSize, ...asked } = query;
  const found = await directory.allStatements(spanOf(asked), { page, pageSize });
  res.json({ ...found, items: found.items.map(statementView) });
}

export async function answerAllStatementsCsv({ directory, query, res }: AskedOfAll<Span>): Promise<void> {
  const rows = statementRows(directory, spanOf(query));
  await sendCsv(res, 'statements.csv', STATEMENT_COLUMNS, rows);
}

function statementView<S extends Statement | OpenStatement>(statement: S) {
  const { byteMs, overageByteMs } = statement;
  return { ...statement, mbHours: mbHours(byteMs), overageMbHours: mbHours(overageByteMs) };
}

function spanOf({ from, to }: { from?: number | undefined; to?: number | undefined }): StatementSpan {
  return { afterMs: from, untilMs: to };
}
