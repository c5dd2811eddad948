import { randomUUID } from 'node:crypto';
import type { Actor, AuditQuery, Page, QuotaChange } from '../core/directory.js';
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

  keep({ id: actor, source, onBehalfOf }: Actor, deed: Deed): void {
    const at = new Date().toISOString();
    this.#rows.unshift({ id: randomUUID(), at, actor, onBehalfOf: onBehalfOf ?? null, source, ...deed });
    this.#rows.length = Math.min(this.#rows.length, this.#maxRows);
  }

  list({ tenant, actor, page, pageSize }: AuditQuery): Page<QuotaChange> {
    const rows = this.#rows.filter(
      (row) => (tenant === undefined || row.tenantId === tenant) && (actor === undefined || row.actor === actor),
    );
    return pageOf(rows, { page, pageSize });
  }
}
