import type { Emit } from '../core/contracts.js';
import { isDatasetOwner } from '../core/dataset.js';
import type { MeterReading, TenantDirectory } from '../core/directory.js';
import { TenantCacheError } from '../core/errors.js';

/** Bytes x ms: a terabyte for three million years. More is damage, and not even infinity is less. */
const MAX_FIGURE = 1e29;
const READINGS_PER_CALL = 500;
/** A process that is to end waits for one call. */
const PERIODS_PER_CALL = 20;
/** Kept while the directory is away; past it the oldest are dropped, of which later ones say the same and more. */
const MAX_READINGS = 100_000;

/** Brings what the store metered to the directory, and closes the periods that are over. */
export class PeriodCloser {
  readonly #directory: Pick<TenantDirectory, 'keepMeters' | 'closePeriods'>;
  readonly #emit: Emit;
  readonly #readings = new Map<string, MeterReading>();
  #impossible = false;

  constructor(directory: Pick<TenantDirectory, 'keepMeters' | 'closePeriods'>, emit: Emit) {
    this.#directory = directory;
    this.#emit = emit;
  }

  read(reading: MeterReading): void {
    // What a dataset uses is the platform's, which has no periods.
    if (isDatasetOwner(reading.tenantId)) return;
    if (this.#impossible || (reading.usedBytes === 0 && reading.meters.byteMs === 0)) return;
    // A damaged account must not keep the others' readings from being kept.
    if (![reading.usedBytes, ...Object.values(reading.meters)].every((figure) => figure >= 0 && figure < MAX_FIGURE))
      return;
    const key = `${reading.tenantId} ${reading.meters.sinceMs}`;
    const before = this.#readings.get(key);
    this.#readings.delete(key);
    // The greatest use that was read must not be lost to a later, smaller one.
    this.#readings.set(key, { ...reading, usedBytes: Math.max(reading.usedBytes, before?.usedBytes ?? 0) });
    if (this.#readings.size > MAX_READINGS) {
      const [oldest] = this.#readings.keys();
      if (oldest !== undefined) this.#readings.delete(oldest);
    }
  }

  /** Rejects where the directory does not answer; what was read stays for the next time. */
  async keep(): Promise<void> {
    await this.#possibly(async () => {
      while (this.#readings.size > 0) {
        const batch = [...this.#readings].slice(0, READINGS_PER_CALL);
        await this.#directory.keepMeters(batch.map(([, reading]) => reading));
        for (const [key, reading] of batch) if (this.#readings.get(key) === reading) this.#readings.delete(key);
      }
    });
  }

  /** Closes until none is left or `goOn` ends it; what was read goes first, for it belongs to the period that ends. */
  async close(nowMs: number, goOn: () => boolean = () => true): Promise<void> {
    await this.keep();
    await this.#possibly(async () => {
      for (let closed = PERIODS_PER_CALL; closed === PERIODS_PER_CALL && goOn(); ) {
        const statements = await this.#directory.closePeriods(nowMs, PERIODS_PER_CALL);
        closed = statements.length;
        for (const { tenantId, periodStart, periodEnd } of statements) {
          this.#emit({ type: 'period-closed', tenant: tenantId, periodStart, periodEnd });
        }
      }
    });
  }

  /** A directory without an admin's connection can do neither, now or later. */
  async #possibly(work: () => Promise<void>): Promise<void> {
    if (this.#impossible) return;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof TenantCacheError && error.code === 'OPTION_INVALID')) throw error;
      this.#impossible = true;
      this.#readings.clear();
    }
  }
}
