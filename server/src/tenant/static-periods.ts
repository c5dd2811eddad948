import type { StoreMeters } from '../core/contracts.js';
import type { MeterReading, Page, Statement, TenantRecord } from '../core/directory.js';
import { nextReset } from '../core/period.js';
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
  startMs: number;
  endMs: number;
}

/** Periods and statements in the memory of this process. What was served is not known here, and is 0. */
export class StaticPeriods {
  readonly #beganMs: number;
  readonly #tenants = new Map<TenantId, Periods>();

  constructor(nowMs = Date.now()) {
    this.#beganMs = nowMs;
  }

  keep(readings: readonly MeterReading[]): void {
    for (const { tenantId, meters, usedBytes } of readings) {
      const periods = this.#of(tenantId);
      if (!mayCount(periods, meters.sinceMs)) continue;
      const before = periods.accounts.get(meters.sinceMs) ?? NOTHING;
      const after = combine((name) => Math.max(before[name], meters[name]));
      periods.accounts.set(meters.sinceMs, after);
      const { open } = periods;
      periods.open = combine((name) => open[name] + after[name] - before[name]);
      periods.peakBytes = Math.max(periods.peakBytes, usedBytes);
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

  /** Newest first. */
  list(tenant: TenantId, query: { page: number; pageSize: number }): Page<Statement> {
    return pageOf([...(this.#tenants.get(tenant)?.statements ?? [])].reverse(), query);
  }

  #of(tenant: TenantId): Periods {
    const known = this.#tenants.get(tenant);
    if (known) return known;
    const began = new Date(this.#beganMs);
    const first = Date.UTC(began.getUTCFullYear(), began.getUTCMonth(), FIRST_OF_MONTH);
    const periods: Periods = {
      statements: [],
      accounts: new Map(),
      open: NOTHING,
      peakBytes: 0,
      startMs: this.#beganMs,
      endMs: nextReset(first, FIRST_OF_MONTH),
    };
    this.#tenants.set(tenant, periods);
    return periods;
  }
}

/** An account that is older than all that are kept was counted before it was forgotten. */
function mayCount({ accounts }: Periods, sinceMs: number): boolean {
  if (accounts.has(sinceMs) || accounts.size < MAX_ACCOUNTS) return true;
  const oldest = Math.min(...accounts.keys());
  if (sinceMs < oldest) return false;
  return accounts.delete(oldest);
}

function closeNext(tenantId: TenantId, quotaBytes: number, periods: Periods): Statement {
  const { startMs, endMs, peakBytes, open } = periods;
  const statement: Statement = {
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
  };
  periods.statements.push(statement);
  if (periods.statements.length > MAX_STATEMENTS) periods.statements.shift();
  periods.open = NOTHING;
  periods.peakBytes = 0;
  periods.startMs = endMs;
  periods.endMs = nextReset(endMs, FIRST_OF_MONTH);
  return statement;
}

function combine(figure: (name: keyof Metered & keyof StoreMeters) => number): Metered {
  return {
    byteMs: figure('byteMs'),
    overageByteMs: figure('overageByteMs'),
    timesExceeded: figure('timesExceeded'),
  };
}
