import { randomUUID } from 'node:crypto';
import { auditedAddress } from '../core/actor.js';
import type { Actor, AuditQuery, Page, QuotaChange, Statement } from '../core/directory.js';
import { pageOf } from './tenant-list.js';

/** What was done; who and when are added where it is kept. */
export type Deed = Pick<QuotaChange, 'tenantId' | 'action' | 'before' | 'after' | 'reason'>;

/** The newest rows of an audit, in the memory of this process. */
export class MemoryAudit {
  readonly #rows: QuotaChange[] = [];
  readonly #maxRows: number;

  constructor(maxRows: number) {
    this.#maxRows = maxRows;
  }

  keep(by: Actor, deed: Deed): void {
    const { id: actor, source, onBehalfOf = null } = by;
    const at = new Date().toISOString();
    this.#rows.unshift({ id: randomUUID(), at, actor, onBehalfOf, source, ip: auditedAddress(by), ...deed });
    this.#rows.length = Math.min(this.#rows.length, this.#maxRows);
  }

  keepClosed(actor: Actor, statements: readonly Statement[]): void {
    for (const { tenantId, periodStart, periodEnd } of statements) {
      const reason = `period ${periodStart} to ${periodEnd} closed`;
      this.keep(actor, { tenantId, action: 'reset', before: null, after: null, reason });
    }
  }

  list({ page, pageSize, ...filters }: AuditQuery): Page<QuotaChange> {
    return pageOf(
      this.#rows.filter((row) => matches(row, filters)),
      { page, pageSize },
    );
  }
}

function matches(row: QuotaChange, filters: Omit<AuditQuery, 'page' | 'pageSize'>): boolean {
  const { tenant, actor, action, source, fromMs = 0, untilMs = Number.POSITIVE_INFINITY } = filters;
  const atMs = Date.parse(row.at);
  return (
    (tenant === undefined || row.tenantId === tenant) &&
    (actor === undefined || row.actor === actor) &&
    (action === undefined || row.action === action) &&
    (source === undefined || row.source === source) &&
    atMs >= fromMs &&
    atMs < untilMs
  );
}
