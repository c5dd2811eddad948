import type { Request, Response } from 'express';
import { z } from 'zod';
import type { OpenStatement, Statement, StatementSpan, TenantDirectory } from '../core/directory.js';
import { fail } from '../core/errors.js';
import { mbHours } from '../core/pricing.js';
import type { TenantId } from '../core/tenant-id.js';
import { noQuery, pageQuery, parse } from './admin-schemas.js';
import { sendCsv } from './csv.js';
import { STATEMENT_COLUMNS, statementRows } from './statement-csv.js';
import { instant } from './usage-schemas.js';

const span = { from: instant.optional(), to: instant.optional() };
const inOrder = ({ from, to }: { from?: number | undefined; to?: number | undefined }) =>
  from === undefined || to === undefined || from <= to;
const outOfOrder = { error: 'must not be after to', path: ['from'] };
const spanQuery = z.strictObject(span).refine(inOrder, outOfOrder);
const billingQuery = pageQuery.extend(span).refine(inOrder, outOfOrder);
const periodParam = z.strictObject({ periodStart: instant });

/** What is asked of one tenant: by its path in the admin API, by its request in the tenant's own. */
interface Asked {
  readonly directory: TenantDirectory;
  readonly tenantId: TenantId;
  readonly req: Request;
  readonly res: Response;
}

export async function answerStatements({ directory, tenantId, req, res }: Asked): Promise<void> {
  const found = await directory.statements(tenantId, parse(pageQuery, req.query, 'query'));
  res.json({ ...found, items: found.items.map(statementView) });
}

export async function answerStatementsCsv({ directory, tenantId, req, res }: Asked): Promise<void> {
  const asked = spanOf(parse(spanQuery, req.query, 'query'));
  const rows = statementRows(directory, { ...asked, tenant: tenantId });
  await sendCsv(res, `statements-${tenantId}.csv`, STATEMENT_COLUMNS, rows);
}

export async function answerOpenStatement({ directory, tenantId, req, res }: Asked): Promise<void> {
  parse(noQuery, req.query, 'query');
  res.json(statementView(await directory.openStatement(tenantId, Date.now())));
}

export async function answerStatement({ directory, tenantId, req, res }: Asked): Promise<void> {
  parse(noQuery, req.query, 'query');
  const { periodStart } = parse(periodParam, { periodStart: req.params.periodStart }, 'query');
  const found = await directory.statement(tenantId, periodStart);
  if (found === undefined) throw fail('STATEMENT_NOT_FOUND');
  res.json(statementView(found));
}

type AskedOfAll = Omit<Asked, 'tenantId'>;

export async function answerAllStatements({ directory, req, res }: AskedOfAll): Promise<void> {
  const { page, pageSize, ...asked } = parse(billingQuery, req.query, 'query');
  const found = await directory.allStatements(spanOf(asked), { page, pageSize });
  res.json({ ...found, items: found.items.map(statementView) });
}

export async function answerAllStatementsCsv({ directory, req, res }: AskedOfAll): Promise<void> {
  const rows = statementRows(directory, spanOf(parse(spanQuery, req.query, 'query')));
  await sendCsv(res, 'statements.csv', STATEMENT_COLUMNS, rows);
}

function statementView<S extends Statement | OpenStatement>(statement: S) {
  const { byteMs, overageByteMs } = statement;
  return { ...statement, mbHours: mbHours(byteMs), overageMbHours: mbHours(overageByteMs) };
}

function spanOf({ from, to }: { from?: number | undefined; to?: number | undefined }): StatementSpan {
  return { afterMs: from, untilMs: to };
}
