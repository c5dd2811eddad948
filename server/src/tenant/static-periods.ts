import type { MeterReading, OpenStatement, Page, Statement, StatementSpan, TenantRecord } from '../core/directory.js';
import { nextReset } from '../core/period.js';
import type { StoreMeters } from '../core/store-outcomes.js';
import type { TenantId } from '../core/tenant-id.js';
import { pageOf } from './tenant-list.js';

const FIRST_OF_MONTH = 1;
/** Of a tenant, the newest: ten years. */
const MAX_STATEMENTS = 120;
/** Of a tenant, the newest: a store that was emptied begins another. */
const MAX_ACCOUNTS = 8;

type Metered = Pick<Statement, 'byteMs' | 'overageByteMs' | 'timesExceeded'>;
const NOTHING: Metered = Object.freeze({ byteMs: 0, overageByteMs: 0, timesExceeded: 0 });

/** One tenant's periods: calendar months in UTC, the first from when this process knew of the tenant. */
interface Periods {
  readonly statements: Statement[];
  /** The greatest that was read of each account, by when it began. */
  readonly accounts: Map<number, Metered>;
  /** What was metered since the last statement. */
  open: Metered;
  peakBytes: number;
  readAtMs: number;
  startMs: number;
  endMs: number;
}

/** Periods and statements in the memory of this process. What was served is not known here, and is 0; nothing has a price. */
export class StaticPeriods {
  readonly #beganMs: number;
  readonly #tenants = new Map<TenantId, Periods>();

  constructor(nowMs = Date.now()) {
    this.#beganMs = nowMs;
  }

  keep(readings: readonly MeterReading[]): void {
    for (const { tenantId, meters, usedBytes, atMs } of readings) {
      const periods = this.#of(tenantId);
      if (!mayCount(periods, meters.sinceMs)) continue;
      const before = periods.accounts.get(meters.sinceMs) ?? NOTHING;
      const after = combine((name) => Math.max(before[name], meters[name]));
      periods.accounts.set(meters.sinceMs, after);
      const { open } = periods;
      periods.open = combine((name) => open[name] + after[name] - before[name]);
      periods.peakBytes = Math.max(periods.peakBytes, usedBytes);
      periods.readAtMs = Math.max(periods.readAtMs, atMs);
    }
  }

  /** The periods of these tenants that are over; `max` in all. */
  close(tenants: Iterable<TenantRecord>, nowMs: number, max: number): Statement[] {
    const closed: Statement[] = [];
    for (const { tenantId, settings } of tenants) {
      const periods = this.#of(tenantId);
      while (periods.endMs <= nowMs && closed.length < max) {
        closed.push(closeNext(tenantId, settings.quotaBytes, periods));
      }
    }
    return closed;
  }

  /** A tenant that was made just now; its statements, where another had its id before, are kept. */
  begin(tenant: TenantId): void {
    this.#tenants.set(tenant, begun(this.#tenants.get(tenant)?.statements ?? [], Date.now()));
  }

  /** Closes what is open of a tenant, up to now: there will be no other period. Its statements stay. */
  end(record: TenantRecord, nowMs: number): Statement[] {
    const { tenantId, settings } = record;
    const closed = this.close([record], nowMs, Number.POSITIVE_INFINITY);
    const periods = this.#of(tenantId);
    if (nowMs > periods.startMs) {
      periods.endMs = nowMs;
      closed.push(closeNext(tenantId, settings.quotaBytes, periods));
    }
    this.#tenants.set(tenantId, begun(periods.statements, nowMs));
    return closed;
  }

  /** Newest first. */
  list(tenant: TenantId, query: { page: number; pageSize: number }): Page<Statement> {
    return pageOf([...(this.#tenants.get(tenant)?.statements ?? [])].reverse(), query);
  }

  find(tenant: TenantId, periodStartMs: number): Statement | undefined {
    const periodStart = new Date(periodStartMs).toISOString();
    return this.#tenants.get(tenant)?.statements.find((statement) => statement.periodStart === periodStart);
  }

  /** What the period under way, or the one that is over, would be closed with. */
  open({ tenantId, settings }: TenantRecord, nowMs: number): OpenStatement {
    const periods = this.#of(tenantId);
    const { closedAt: _closedAt, ...figures } = statementOf(tenantId, settings.quotaBytes, periods);
    const { startMs, endMs, readAtMs } = periods;
    const asOf = new Date(Math.min(endMs, Math.max(nowMs, startMs), Math.max(startMs, readAtMs)));
    return { ...figures, open: true, asOf: asOf.toISOString() };
  }

  /** Of all tenants or one, by the end of their periods, then by tenant; from after `last` on. */
  all(
    { afterMs = 0, untilMs = Infinity, tenant }: StatementSpan & { tenant?: TenantId | undefined },
    last?: Statement,
  ) {
    const of = tenant === undefined ? [...this.#tenants.values()] : [this.#of(tenant)];
    return of
      .flatMap(({ statements }) => statements)
      .filter(({ periodEnd }) => Date.parse(periodEnd) > afterMs && Date.parse(periodEnd) <= untilMs)
      .sort(inOrder)
      .filter((statement) => last === undefined || inOrder(last, statement) < 0);
  }

  #of(tenant: TenantId): Periods {
    const known = this.#tenants.get(tenant);
    if (known) return known;
    const periods = begun([], this.#beganMs);
    this.#tenants.set(tenant, periods);
    return periods;
  }
}

function begun(statements: Statement[], beganMs: number): Periods {
  const began = new Date(beganMs);
  const first = Date.UTC(began.getUTCFullYear(), began.getUTCMonth(), FIRST_OF_MONTH);
  return {
    statements,
    accounts: new Map(),
    open: NOTHING,
    peakBytes: 0,
    readAtMs: 0,
    startMs: beganMs,
    endMs: nextReset(first, FIRST_OF_MONTH),
  };
}

/** An account that is older than all that are kept was counted before it was forgotten. */
function mayCount({ accounts }: Periods, sinceMs: number): boolean {
  if (accounts.has(sinceMs) || accounts.size < MAX_ACCOUNTS) return true;
  const oldest = Math.min(...accounts.keys());
  if (sinceMs < oldest) return false;
  return accounts.delete(oldest);
}

function closeNext(tenantId: TenantId, quotaBytes: number, periods: Periods): Statement {
  const statement = statementOf(tenantId, quotaBytes, periods);
  periods.statements.push(statement);
  if (periods.statements.length > MAX_STATEMENTS) periods.statements.shift();
  periods.open = NOTHING;
  periods.peakBytes = 0;
  periods.startMs = periods.endMs;
  periods.endMs = nextReset(periods.endMs, FIRST_OF_MONTH);
  return statement;
}

function statementOf(tenantId: TenantId, quotaBytes: number, periods: Periods): Statement {
  const { startMs, endMs, peakBytes, open } = periods;
  return {
    tenantId,
    periodStart: new Date(startMs).toISOString(),
    periodEnd: new Date(endMs).toISOString(),
    closedAt: new Date().toISOString(),
    quotaBytes,
    peakBytes,
    ...open,
    requests: 0,
    bytesServed: 0,
    bytesWritten: 0,
    bill: null,
  };
}

function inOrder(a: Statement, b: Statement): number {
  const [left, right] = [`${a.periodEnd} ${a.tenantId}`, `${b.periodEnd} ${b.tenantId}`];
  return left < right ? -1 : left > right ? 1 : 0;
}

function combine(figure: (name: keyof Metered & keyof StoreMeters) => number): Metered {
  return {
    byteMs: figure('byteMs'),
    overageByteMs: figure('overageByteMs'),
    timesExceeded: figure('timesExceeded'),
  };
}
