import type { SharedKey } from '../core/dataset.js';
import { OTHER_GROUPS, type SharedAccessPart } from '../core/shared.js';
import type { TenantId } from '../core/tenant-id.js';

const HOUR_MS = 3_600_000;
/** About 200 bytes each. */
const MAX_ROWS = 20_000;
/** One part in so many is the most that one tenant may have of them. */
const TENANTS_SHARE = 4;
const OTHER_KINDS = 'other';

interface Row {
  readonly tenantId: TenantId;
  readonly dataset: string;
  readonly group: string;
  readonly kind: string;
  readonly hourMs: number;
  reads: number;
  limited: number;
}

/**
 * Who read what of which dataset within an hour. At most 20,000 rows, a quarter of them of one tenant; what does not fit is
 * counted in one row of its tenant, so that nobody's reads can hide those of others.
 */
export class AccessCounts {
  readonly #processEpoch: string;
  readonly #now: () => number;
  readonly #maxRows: number;
  /** Of the present hour, by dataset and tenant, then by kind and group. */
  readonly #present = new Map<string, Map<TenantId, Map<string, Row>>>();
  /** Of hours that are over. */
  #past: Row[] = [];
  #rows = 0;
  #hourMs: number;

  constructor(processEpoch: string, now: () => number = Date.now, maxRows = MAX_ROWS) {
    this.#processEpoch = processEpoch;
    this.#now = now;
    this.#maxRows = maxRows;
    this.#hourMs = hourOf(now());
  }

  /** @param limited whether the tenant's limit refused the read */
  count(tenant: TenantId, dataset: string, key: SharedKey, limited = false): void {
    const nowMs = this.#now();
    // A clock that is set back counts with the hour it came from.
    if (nowMs >= this.#hourMs + HOUR_MS) this.#begin(hourOf(nowMs));
    const row = this.#rowOf(tenant, dataset, key, limited);
    if (limited) row.limited++;
    else row.reads++;
  }

  /** All that is not forgotten yet, cumulative. */
  parts(): SharedAccessPart[] {
    return [...this.#past, ...this.#presentRows()].map((row) => ({ ...row, processEpoch: this.#processEpoch }));
  }

  /** @param kept parts that are where they outlive the process; those of an hour that goes on are counted on */
  forget(kept: readonly SharedAccessPart[]): void {
    if (this.#now() >= this.#hourMs + HOUR_MS) this.#begin(hourOf(this.#now()));
    const counts = new Map(kept.map((part) => [idOf(part), part]));
    const before = this.#past.length;
    this.#past = this.#past.filter((row) => {
      const part = counts.get(idOf(row));
      return part === undefined || part.reads < row.reads || part.limited < row.limited;
    });
    this.#rows -= before - this.#past.length;
  }

  #rowOf(tenant: TenantId, dataset: string, { group, kind }: SharedKey, limited: boolean): Row {
    let tenants = this.#present.get(dataset);
    if (tenants === undefined) {
      tenants = new Map();
      this.#present.set(dataset, tenants);
    }
    let rows = tenants.get(tenant);
    if (rows === undefined) {
      rows = new Map();
      tenants.set(tenant, rows);
    }
    const colon = kind.indexOf(':');
    const first = colon < 0 ? kind : kind.slice(0, colon);
    const known = rows.get(`${first}:${group}`);
    if (known !== undefined) return known;
    const share = Math.ceil(this.#maxRows / TENANTS_SHARE);
    // What is refused costs its sender nothing, so it has no rows of its own.
    const hasRoom = this.#rows < this.#maxRows && rows.size < share;
    if (hasRoom && !limited) return this.#add(rows, tenant, dataset, group, first);
    return (
      rows.get(`${first}:${OTHER_GROUPS}`) ??
      (hasRoom ? this.#add(rows, tenant, dataset, OTHER_GROUPS, first) : undefined) ??
      rows.get(`${OTHER_KINDS}:${OTHER_GROUPS}`) ??
      this.#add(rows, tenant, dataset, OTHER_GROUPS, OTHER_KINDS)
    );
  }

  #add(rows: Map<string, Row>, tenantId: TenantId, dataset: string, group: string, kind: string): Row {
    const row = { tenantId, dataset, group, kind, hourMs: this.#hourMs, reads: 0, limited: 0 };
    rows.set(`${kind}:${group}`, row);
    this.#rows++;
    return row;
  }

  #begin(hourMs: number): void {
    this.#past.push(...this.#presentRows());
    this.#present.clear();
    this.#hourMs = hourMs;
  }

  *#presentRows(): Generator<Row> {
    for (const tenants of this.#present.values()) for (const rows of tenants.values()) yield* rows.values();
  }
}

function hourOf(ms: number): number {
  return Math.floor(ms / HOUR_MS) * HOUR_MS;
}

/** No name has a space in it. */
function idOf({ tenantId, dataset, group, kind, hourMs }: Readonly<Row>): string {
  return `${hourMs} ${dataset} ${tenantId} ${kind} ${group}`;
}
